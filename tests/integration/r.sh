# SPDX-License-Identifier: Apache-2.0
# An R package installed by R, beside R's own library, against R's own list.  R is large: nobody installs it for this test.
# shellcheck shell=bash disable=SC2154
need_tool R Rscript

mkdir -p p/tiny/R root/usr/local/lib/R/site-library
printf 'Package: tiny\nVersion: 0.1-2\nTitle: Tests\nDescription: A test\n    of two lines.\nAuthor: T\nMaintainer: T <t@example.test>\nLicense: GPL-2\n' >p/tiny/DESCRIPTION
echo 'export(f)' >p/tiny/NAMESPACE
echo 'f <- function() 1' >p/tiny/R/f.R
R CMD INSTALL --no-help --no-test-load --library=root/usr/local/lib/R/site-library p/tiny >log 2>&1 || { cat log >&2; fail "R does not install"; }
mkdir -p root/usr/lib/R/library root/src
cp -r p/tiny root/src
for package in "$(Rscript -e 'cat(.Library)')"/{base,stats,utils}; do
	mkdir "root/usr/lib/R/library/${package##*/}"
	cp -r "$package"/{DESCRIPTION,Meta} "root/usr/lib/R/library/${package##*/}"
done
Rscript -e 'p <- installed.packages(c("root/usr/local/lib/R/site-library", "root/usr/lib/R/library")); cat(paste(p[, "Package"], p[, "Version"]), sep = "\n")' | sort >wanted
[ "$(wc -l <wanted)" -eq 4 ] || fail "R lists $(wc -l <wanted)"
image_of root a.tar docker-archive
for image in rootfs:root docker-archive:a.tar; do
	packages "$image" cran >got
	same "packages of $image" wanted got
done
record docker-archive:a.tar | jq -r 'select(.type == "file" and .kind != "directory" and (.path | startswith("src/") | not)) | .path' >left
[ ! -s left ] || fail "of no package: $(head -3 left)"
