# Flags of every target of ours: STYLE, section 7.
add_library(basedrift_flags INTERFACE)
target_compile_definitions(basedrift_flags INTERFACE _GNU_SOURCE BASEDRIFT_VERSION="${PROJECT_VERSION}")
target_include_directories(basedrift_flags INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/lib)
target_compile_options(basedrift_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 -Wundef -Wvla -Walloca -Wstrict-prototypes
  -Wmissing-prototypes -Wold-style-definition -Wpointer-arith -Wcast-qual -Wwrite-strings -Wredundant-decls
  -Wswitch-enum -Wnull-dereference -Wdouble-promotion -Wdate-time -fno-common -fstack-protector-strong
  $<$<C_COMPILER_ID:GNU>:-Wlogical-op -Wduplicated-cond -Wduplicated-branches -Wjump-misses-init
    -Wimplicit-fallthrough=5 -Wformat-signedness -Wformat-overflow=2 -Wformat-truncation=2 -Walloc-zero
    -Wcast-align=strict>
  $<$<BOOL:${BASEDRIFT_WERROR}>:-Werror>
  $<$<CONFIG:Release>:-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-clash-protection>)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|i.86")
  target_compile_options(basedrift_flags INTERFACE $<$<CONFIG:Release>:-fcf-protection=full>)
endif()
if(BASEDRIFT_SANITIZE)
  target_compile_options(basedrift_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(basedrift_flags INTERFACE -fsanitize=address,undefined)
endif()
if(BASEDRIFT_FUZZ)
  target_compile_options(basedrift_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
