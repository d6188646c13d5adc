# What the drivers beside this file share. A driver is started as `ruby <system>.rb <gem> <version>`, loads that version
# of the gem, reads cases as JSON lines and answers each with a JSON line, `{"is": …, "because": …}`. Every case runs in a
# folder with its files, with its variables and no others, on a machine of four processors, and in a process of its own
# unless nothing of a case can outlive it.

require "etc"
require "fileutils"
require "json"
require "shellwords"
require "tmpdir"

# Where nothing is compared because this Ruby cannot: told apart from a driver that fails.
CANNOT_JUDGE = 3
PROCESSORS = 4
KEPT = ENV.to_h.slice("PATH", "HOME", "LANG", "GEM_HOME", "GEM_PATH")

def Etc.nprocessors = PROCESSORS

# Loads the version that the command line names; the block requires what is judged.
def load_judged
  name, version = ARGV
  gem name, version
  yield
rescue LoadError, SyntaxError => error
  $stderr.puts(error.message) # -W0 silences `warn`
  exit CANNOT_JUDGE
end

# Answers every case with what the block returns for it: a text, or "raises" where it raises or exits.
def judge(forked: true, &block)
  answers = $stdout.dup
  answers.sync = true
  $stdout.reopen(File::NULL)
  $stderr.reopen(File::NULL) unless KEPT.empty? || ENV["DEBUG"]
  $stdin.each_line do |line|
    given = JSON.parse(line)
    answers.puts(forked ? answer_in_a_fork(given, &block) : answer(given, &block))
  end
end

def answer_in_a_fork(given, &block)
  reader, writer = IO.pipe
  pid = fork do
    reader.close
    writer.puts(answer(given, &block))
    writer.flush
    exit!(0)
  end
  writer.close
  answered = reader.read
  Process.wait(pid)
  answered.empty? ? JSON.generate(is: "no answer", because: $?.inspect) : answered
end

def answer(given, &block)
  Dir.mktmpdir do |folder|
    JSON.generate(prepared(given, folder) { outcome(given, &block) })
  end
end

def prepared(given, folder)
  given.fetch("files", {}).each do |path, text|
    FileUtils.mkdir_p(File.dirname(File.join(folder, path)))
    File.write(File.join(folder, path), text)
  end
  ENV.replace(KEPT.merge(given.fetch("env", {})))
  Dir.chdir(folder)
  yield
ensure
  Dir.chdir("/")
end

def outcome(given)
  { is: yield(given, Shellwords.split(given["line"].to_s).drop(1)), because: nil }
rescue SystemExit, ScriptError, StandardError => error
  { is: "raises", because: "#{error.class}: #{error.message.lines.first.to_s.strip}" }
end
