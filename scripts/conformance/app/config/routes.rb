Rails.application.routes.draw do
  get "/up", to: ->(_env) { [200, {}, ["up"]] }
  get "/work", to: ->(_env) { Work.on_every_database && [200, {}, ["done"]] }
end
