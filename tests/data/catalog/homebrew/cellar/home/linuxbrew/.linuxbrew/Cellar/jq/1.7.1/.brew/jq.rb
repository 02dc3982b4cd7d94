class Jq < Formula
end
