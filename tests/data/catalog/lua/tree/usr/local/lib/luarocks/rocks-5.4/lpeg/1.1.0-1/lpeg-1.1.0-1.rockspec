-- comment
local name, v = "LPeg", '1.1'
package = name
version = v .. ".0-1" --[==[ a
 long comment ]==]
source = { url = "http://x/", ["tag"] = [[
v1]] ; 5, 0x1F, true, nil, -1, #"x", (1 + 2) * 3, function (a) return a end, f("x").y[1] }
dependencies = { "lua >= 5.1", }
description = { summary = "\065 \x42 \"quoted\"\n" }
build = { type = "builtin", modules = { lpeg = { "a.c" } } }
if true then version = "9" end
for i = 1, 2 do version = "8" end
