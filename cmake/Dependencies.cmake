# One third-party library, one place (ARCHITECTURE).  All are Debian bookworm packages.
find_package(PkgConfig REQUIRED)
pkg_check_modules(CRYPTO REQUIRED IMPORTED_TARGET libcrypto>=3.0)
pkg_check_modules(ZSTD REQUIRED IMPORTED_TARGET libzstd>=1.5)
pkg_check_modules(ZLIB REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson>=2.14)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive>=3.6)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl>=7.85)
pkg_check_modules(GIT2 REQUIRED IMPORTED_TARGET libgit2>=1.5)
pkg_check_modules(XML2 REQUIRED IMPORTED_TARGET libxml-2.0>=2.9.14)
pkg_check_modules(XSLT REQUIRED IMPORTED_TARGET libxslt>=1.1.35)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash>=0.8)
pkg_check_modules(YAML REQUIRED IMPORTED_TARGET yaml-0.1>=0.2.5)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3>=3.35) # ON CONFLICT, row values, RETURNING
if(BASEDRIFT_ISAL)
  pkg_check_modules(ISAL IMPORTED_TARGET libisal) # optional: two to three times zlib's inflate
endif()
if(BASEDRIFT_LIBPQ)
  pkg_check_modules(LIBPQ IMPORTED_TARGET libpq>=13) # optional: stores on PostgreSQL
endif()
find_package(Threads REQUIRED)
