# -*- encoding: utf-8 -*-
# stub: json 2.9.1 ruby lib

Gem::Specification.new do |s|
  s.name = "json".freeze
  s.version = "2.9.1".freeze
  s.require_paths = ["lib".freeze]
  s.executables = []
  s.files = ["json.rb".freeze, "lib/json/version.rb".freeze, "json/ext/parser.so".freeze]
end
