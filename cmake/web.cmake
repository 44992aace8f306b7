# Builds the front end with npm into src/glassboard/static.
#
# GLASSBOARD_WEB  ON   build it (default in a checkout, where web/package-lock.json is)
#                 OFF  take what is in src/glassboard/static
set(WEB_SOURCE "${CMAKE_CURRENT_SOURCE_DIR}/web")
set(WEB_OUTPUT "${CMAKE_CURRENT_SOURCE_DIR}/src/glassboard/static")
# A source distribution marks itself by PKG-INFO.
if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/PKG-INFO" AND EXISTS "${WEB_OUTPUT}/index.html")
  set(WEB_DEFAULT OFF)
else()
  set(WEB_DEFAULT ON)
endif()
option(GLASSBOARD_WEB "Build the front end with npm" ${WEB_DEFAULT})

if(GLASSBOARD_WEB)
  find_program(NPM npm)
  if(NOT NPM)
    message(FATAL_ERROR "npm not found: building the page from a checkout needs Node.js 20 or newer")
  endif()
  file(GLOB_RECURSE WEB_FILES CONFIGURE_DEPENDS
    "${WEB_SOURCE}/src/*" "${WEB_SOURCE}/public/*" "${WEB_SOURCE}/index.html" "${WEB_SOURCE}/*.json" "${WEB_SOURCE}/*.ts")
  if(SKBUILD_STATE STREQUAL "sdist")
    # Nothing is built for a source distribution but configured only, so the page is made here.
    if("${WEB_SOURCE}/package-lock.json" IS_NEWER_THAN "${WEB_SOURCE}/node_modules/.package-lock.json")
      execute_process(COMMAND ${NPM} ci --no-audit --no-fund WORKING_DIRECTORY "${WEB_SOURCE}" COMMAND_ERROR_IS_FATAL ANY)
    endif()
    execute_process(COMMAND ${NPM} run build WORKING_DIRECTORY "${WEB_SOURCE}" COMMAND_ERROR_IS_FATAL ANY)
  else()
    set(WEB_MODULES "${WEB_SOURCE}/node_modules/.package-lock.json")
    add_custom_command(
      OUTPUT "${WEB_MODULES}"
      COMMAND ${NPM} ci --no-audit --no-fund
      COMMAND ${CMAKE_COMMAND} -E touch "${WEB_MODULES}"
      DEPENDS "${WEB_SOURCE}/package-lock.json"
      WORKING_DIRECTORY "${WEB_SOURCE}" COMMENT "Installing front-end packages" VERBATIM)
    add_custom_command(
      OUTPUT "${WEB_OUTPUT}/index.html"
      COMMAND ${NPM} run build
      DEPENDS "${WEB_MODULES}" ${WEB_FILES}
      WORKING_DIRECTORY "${WEB_SOURCE}" COMMENT "Building the page" VERBATIM)
    add_custom_target(web ALL DEPENDS "${WEB_OUTPUT}/index.html")
  endif()
elseif(NOT EXISTS "${WEB_OUTPUT}/index.html")
  message(FATAL_ERROR "GLASSBOARD_WEB is OFF and ${WEB_OUTPUT}/index.html does not exist")
endif()

if(NOT SKBUILD_STATE STREQUAL "sdist" AND NOT SKBUILD_STATE STREQUAL "editable")
  install(DIRECTORY "${WEB_OUTPUT}/" DESTINATION glassboard/static PATTERN "*.map" EXCLUDE)
endif()
