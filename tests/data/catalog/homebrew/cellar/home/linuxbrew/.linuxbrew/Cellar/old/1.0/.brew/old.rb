class Old < Formula
