# -*- encoding: utf-8 -*-

Gem::Specification.new do |spec|
  # spec.name = "commented"
  spec.name = %q{old}
  spec.version = Gem::Version.new('0.1')
  spec.platform = Gem::Platform::RUBY
  spec.description = %q{has {nested} braces}
  spec.executables = %w(old older)
  spec.homepage = "https://example.org/#{spec.name}"
end
