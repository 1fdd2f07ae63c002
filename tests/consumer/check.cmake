# cmake -DBUILD=build tree -DNATIVE=ON|OFF -DWORK=scratch -DCXX=compiler -P check.cmake
# cmake -DINSTALLED=prefix                 -DWORK=scratch -DCXX=compiler -P check.cmake
# Installs the build tree, component by component, lets a stranger's project find each, build against
# it and run its tests, and asserts what comes with a component and what it asks for. Or the same with
# what is installed already.
cmake_policy(VERSION 3.25)
set(HERE "${CMAKE_CURRENT_LIST_DIR}")

function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN} ended with ${code}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# install(COMPONENT): into INSTALLED, with a warning where it was compiled for this machine alone.
function(install component)
  run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${INSTALLED}" --component ${component})
  string(FIND "${output}" "CONTRACTIVE_NATIVE" warning)
  if(NATIVE AND warning EQUAL -1)
    message(FATAL_ERROR "a build for this machine alone is installed without a warning:\n${output}")
  elseif(NOT NATIVE AND NOT warning EQUAL -1)
    message(FATAL_ERROR "a build for any machine is installed with a warning:\n${output}")
  endif()
endfunction()

# consumer(COMPONENT COMPILER CXX_STANDARD UNNEEDED...): with only what was installed so far, and
# without the packages that the component must not ask for.
function(consumer component compiler standard)
  list(TRANSFORM ARGN REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON" OUTPUT_VARIABLE without)
  run(${CMAKE_COMMAND} -S "${HERE}/${component}" -B "${WORK}/${component}" ${without}
      -DCMAKE_PREFIX_PATH=${INSTALLED} -DCMAKE_CXX_COMPILER=${compiler}
      -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_CXX_STANDARD=${standard} -DCMAKE_BUILD_TYPE=Release)
  run(${CMAKE_COMMAND} --build "${WORK}/${component}")
  run(${CMAKE_CTEST_COMMAND} --test-dir "${WORK}/${component}" --output-on-failure)
endfunction()

# by_pkg_config(COMPONENT SOURCE): the same without CMake, and with no more than what pkg-config says.
function(by_pkg_config component source)
  file(GLOB_RECURSE file "${INSTALLED}/contractive-${component}.pc")
  cmake_path(GET file PARENT_PATH folder)
  set(ENV{PKG_CONFIG_PATH} "${folder}")
  run(${pkg_config} --cflags --libs contractive-${component})
  separate_arguments(flags UNIX_COMMAND "${output} ${FLAGS}")
  run(${CXX} -std=c++17 "${HERE}/${source}" ${flags} -o "${WORK}/by_pkg_config")
  execute_process(COMMAND "${WORK}/by_pkg_config" WORKING_DIRECTORY "${WORK}" RESULT_VARIABLE code
                  OUTPUT_QUIET)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${source}, built by pkg-config, ended with ${code}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
file(MAKE_DIRECTORY "${WORK}")
if(BUILD)
  set(INSTALLED "${WORK}/installed")
endif()
find_program(clang clang++)
if(NOT clang OR FLAGS MATCHES sanitize) # one compiler's sanitizers do not serve the other
  set(clang "${CXX}")
endif()
set(compiler_of_autodiff "${clang}" 20)
set(compiler_of_nn "${CXX}" 17)
set(compiler_of_cae "${CXX}" 17)
set(unneeded_by_cae CLI11 nlohmann_json Boost xsimd)
set(unneeded_by_nn PNG tomlplusplus ${unneeded_by_cae})
set(unneeded_by_autodiff ZLIB LibArchive ${unneeded_by_nn})
find_program(pkg_config pkg-config REQUIRED)
foreach(component autodiff nn cae)
  if(BUILD)
    install(${component})
  endif()
  consumer(${component} ${compiler_of_${component}} ${unneeded_by_${component}})
endforeach()
by_pkg_config(cae cae/stranger.cpp)
by_pkg_config(autodiff autodiff/bridge.cpp)
set(ENV{CXX} "${CXX}")
set(ENV{CXXFLAGS} "${FLAGS}")
foreach(page README.md docs/tutorials/penalty.md)
  run("${HERE}/../quickstart" "${INSTALLED}" "${WORK}/quickstart" ${page})
  string(REGEX MATCH "summary: .*" summary "${output}")
  message("${summary}")
endforeach()
if(BUILD)
  install(program)
endif()
run("${INSTALLED}/bin/cae" --version)

file(GLOB_RECURSE kernels "${INSTALLED}/include/*kernel*")
if(kernels)
  message(FATAL_ERROR "private headers are installed: ${kernels}")
endif()
execute_process(COMMAND ${CXX} -std=c++17 -M "${HERE}/cae/stranger.cpp" -I "${INSTALLED}/include"
                OUTPUT_VARIABLE headers RESULT_VARIABLE code)
if(NOT code EQUAL 0 OR headers MATCHES "xtensor/")
  message(FATAL_ERROR "our public headers include xtensor's:\n${headers}")
endif()
message(STATUS "each component serves a stranger's project, and asks for no more than it needs")
