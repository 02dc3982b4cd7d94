# Test programs (not installed) and the tests that are scripts.
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/support/probe.c)
  add_executable(basedrift-probe support/probe.c)
  target_link_libraries(basedrift-probe PRIVATE basedrift_collect PkgConfig::JANSSON)
endif()
if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/support/mkimage.c)
  add_executable(basedrift-mkimage support/mkimage.c)
  target_link_libraries(basedrift-mkimage PRIVATE basedrift_support PkgConfig::JANSSON PkgConfig::ARCHIVE)
endif()
