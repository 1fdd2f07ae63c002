# Three Debian packages, by `cpack -G DEB`: the program, the libraries for those who compile against
# them, and the documents.
set(CPACK_PACKAGE_CONTACT "The Contractive authors <authors@contractive.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "") # else it comes before each package's own
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
    GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)

# Debian's kind of changelog, which names the version and who made it.
string(TIMESTAMP date "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE "${CMAKE_CURRENT_BINARY_DIR}/changelog" "contractive (${PROJECT_VERSION}) unstable; urgency=medium

  * What is new stands in contractive-doc, in CHANGELOG.md.

 -- ${CPACK_PACKAGE_CONTACT}  ${date}
")
file(ARCHIVE_CREATE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz"
     PATHS "${CMAKE_CURRENT_BINARY_DIR}/changelog" FORMAT raw COMPRESSION GZip COMPRESSION_LEVEL 9)

# contractive_deb(GROUP COMPONENT PACKAGE SECTION SUMMARY TEXT): one package of a group of components;
# its copyright and its changelog are the component's.
function(contractive_deb group component package section summary text)
  set(CPACK_DEBIAN_${group}_PACKAGE_NAME ${package} PARENT_SCOPE)
  set(CPACK_DEBIAN_${group}_PACKAGE_SECTION ${section} PARENT_SCOPE)
  set(CPACK_DEBIAN_${group}_DESCRIPTION "${summary}\n${text}" PARENT_SCOPE)
  install(FILES "${PROJECT_SOURCE_DIR}/LICENSE" DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package}
          RENAME copyright COMPONENT ${component})
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/changelog.gz"
          DESTINATION ${CMAKE_INSTALL_DATAROOTDIR}/doc/${package} COMPONENT ${component})
endfunction()

contractive_deb(PROGRAM program contractive-cae science "train and look into contractive auto-encoders"
"cae trains auto-encoders whose code changes little around the data (Rifai et
al., ICML 2011), on numbers in NumPy, CSV or IDX files, and shows what they
learned: measures, pictures, tangents, samples, comparisons of variants.")
set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PROGRAM_PACKAGE_DEPENDS "gnuplot-nox | gnuplot") # draws the charts

contractive_deb(DEVELOPMENT autodiff libcontractive-dev libdevel "derivatives of derivatives, for C++17"
"Reverse-mode automatic differentiation over arrays, to any order; layers and
optimisers; contractive auto-encoders, whose penalty on the encoder's Jacobian
is exact and can be trained through. Static libraries, headers, and what CMake
and pkg-config need to find them.")
foreach(component autodiff nn cae)
  contractive_names(${component} 2 packages)
  list(APPEND CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ${packages})
endforeach()
list(JOIN CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS ", " CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS)
if(TARGET contractive_mpi)
  contractive_names(mpi 2 CPACK_DEBIAN_DEVELOPMENT_PACKAGE_RECOMMENDS)
endif()
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SUGGESTS contractive-doc)

contractive_deb(DOC doc contractive-doc doc "tutorials and examples for contractive"
"How to take derivatives of derivatives in C++, how to train contractive
auto-encoders and how to write one's own: tutorials, reference pages and
example programs.")
set(CPACK_DEBIAN_DOC_PACKAGE_ARCHITECTURE all)

set(CPACK_PRE_BUILD_SCRIPTS "${CMAKE_CURRENT_SOURCE_DIR}/manual.cmake")
include(CPack)
cpack_add_component_group(development)
foreach(component autodiff nn mpi cae)
  cpack_add_component(${component} GROUP development)
endforeach()
