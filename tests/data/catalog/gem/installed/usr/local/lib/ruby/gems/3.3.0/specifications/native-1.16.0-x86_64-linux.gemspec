# -*- encoding: utf-8 -*-
# stub: native 1.16.0 x86_64-linux lib ext
# stub: ext/native/extconf.rb

Gem::Specification.new do |s|
  s.name = "native".freeze
  s.version = "1.16.0".freeze
  s.platform = "x86_64-linux".freeze

  s.required_rubygems_version = Gem::Requirement.new(">= 0".freeze) if s.respond_to? :required_rubygems_version=
  s.metadata = { "rubygems_mfa_required" => "true" } if s.respond_to? :metadata=
  s.require_paths = ["lib".freeze, "ext".freeze]
  s.authors = ["J\u00FCrgen O'\"N".freeze]
  s.bindir = "exe".freeze
  s.description = "s.name = \"other\" and s.executables = [\"wrong\"]".freeze
  s.executables = ["native".freeze, "native-\u00FC".freeze, "../up".freeze]
  s.extensions = ["ext/native/extconf.rb".freeze]
  s.rubygems_version = "3.5.3".freeze

  s.installed_by_version = "3.5.3".freeze if s.respond_to? :installed_by_version
end
