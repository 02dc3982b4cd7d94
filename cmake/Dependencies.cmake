# One third-party library, one place (ARCHITECTURE).  All are Debian bookworm packages.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.5)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive>=3.6)
pkg_check_modules(GIT2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(XML2 REQUIRED IMPORTED_TARGET libxml-2.0>=2.9.14)
pkg_check_modules(XSLT REQUIRED IMPORTED_TARGET libxslt>=1.1.35)
if(BASEDRIFT_ISAL)
  pkg_check_modules(ISAL IMPORTED_TARGET libisal) # optional: two to three times zlib's inflate
endif()
find_package(Threads REQUIRED)
