Gem::Specification.new do |s|
  s.name = 'named'
  s.version = Named::VERSION
end
