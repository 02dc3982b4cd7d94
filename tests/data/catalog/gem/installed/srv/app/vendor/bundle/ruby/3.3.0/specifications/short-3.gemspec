Gem::Specification.new "short", "3" do |s|
  s.summary = "name and version as arguments"
end
