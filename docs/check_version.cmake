# cmake -DVERSION=0.2.0 -DROOT=the project -P check_version.cmake
# The newest version in CHANGELOG.md, and each that a page or an example asks find_package for or names
# a package by, is the project's.
cmake_policy(VERSION 3.25)
string(REGEX MATCH "^[0-9]+\\.[0-9]+" minor "${VERSION}")

# require(FILE PATTERN EXPECTED): each number that the pattern finds in the file. Counts them in `found`.
function(require file pattern expected)
  file(READ "${file}" text)
  string(REGEX MATCHALL "${pattern}[0-9]+[0-9.]*[0-9]" places "${text}")
  foreach(place IN LISTS places)
    string(REGEX MATCH "[0-9.]+$" number "${place}")
    if(NOT number STREQUAL expected)
      message(FATAL_ERROR "${file}: \"${place}\"; the project's version is ${VERSION}, expected ${expected}")
    endif()
  endforeach()
  list(LENGTH places count)
  math(EXPR found "${found} + ${count}")
  set(found ${found} PARENT_SCOPE)
endfunction()

file(STRINGS "${ROOT}/CHANGELOG.md" newest REGEX "^## [0-9]" LIMIT_COUNT 1)
if(NOT newest STREQUAL "## ${VERSION}")
  message(FATAL_ERROR "CHANGELOG.md: the newest heading is \"${newest}\", the project's version ${VERSION}")
endif()

set(found 0)
file(GLOB_RECURSE files "${ROOT}/docs/*.md" "${ROOT}/docs/*CMakeLists.txt" "${ROOT}/tests/consumer/*CMakeLists.txt")
foreach(file IN LISTS files ITEMS "${ROOT}/README.md")
  require("${file}" "find_package\\(contractive " "${minor}")
  require("${file}" "(contractive-|contractive-cae_|contractive-dev_|contractive-doc_)" "${VERSION}")
endforeach()
if(found EQUAL 0)
  message(FATAL_ERROR "no page asks for a version")
endif()
message(STATUS "version ${VERSION}: ${found} places agree")
