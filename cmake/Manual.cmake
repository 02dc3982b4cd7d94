# Completions, and manual pages where scdoc is installed.  Synopsis and options of a page are those of the program that was built.
install(FILES ${PROJECT_SOURCE_DIR}/completions/basedrift.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME basedrift)
install(FILES ${PROJECT_SOURCE_DIR}/completions/_basedrift DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/site-functions)
install(FILES ${PROJECT_SOURCE_DIR}/completions/basedrift.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

find_program(SCDOC scdoc)
if(NOT SCDOC OR CMAKE_CROSSCOMPILING)
  message(STATUS "no manual pages: scdoc is not installed")
  return()
endif()
file(GLOB manual CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/man/*.scd)
set(pages)
foreach(source ${manual})
  get_filename_component(name ${source} NAME_WE)
  set(section 1)
  if(name STREQUAL record OR name STREQUAL report)
    set(section 5)
  endif()
  set(page ${CMAKE_BINARY_DIR}/man/basedrift-${name}.${section})
  if(name STREQUAL basedrift)
    set(page ${CMAKE_BINARY_DIR}/man/basedrift.1)
  endif()
  add_custom_command(OUTPUT ${page}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/man
    COMMAND ${PROJECT_SOURCE_DIR}/docs/man/page $<TARGET_FILE:basedrift> ${name} > ${page}.scd
    COMMAND ${SCDOC} < ${page}.scd > ${page}
    DEPENDS basedrift ${source} ${PROJECT_SOURCE_DIR}/docs/man/page VERBATIM)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
  list(APPEND pages ${page})
endforeach()
add_custom_target(man ALL DEPENDS ${pages})
