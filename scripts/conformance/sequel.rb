# The most connections that Sequel's pool opens, for a URL with options or for options alone. Nothing connects.
require_relative "judge"

load_judged do
  # Old versions call BigDecimal.new, which is gone; it has nothing to do with pools.
  require "bigdecimal"
  BigDecimal.define_singleton_method(:new) { |*given| BigDecimal(*given) }
  require "sequel"
  require "pg"
  require "sqlite3"
end

judge(forked: false) do |given, _arguments|
  options = given["options"].transform_keys(&:to_sym).merge(test: false)
  database = given["url"] ? Sequel.connect(given["url"], options) : Sequel.connect(options)
  database.pool.max_size.to_s
end
