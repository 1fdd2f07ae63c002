# cmake -DBUILD=build tree -DHERE=this folder -DWORK=scratch -DCXX=compiler -DNATIVE=ON|OFF
#       -P check.cmake
# Installs the build tree, component by component, lets a stranger's project find each, build against
# it and run its tests, and asserts what comes with a component and what it asks for.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN} ended with ${code}:\n${output}")
  endif()
  set(output "${output}" PARENT_SCOPE)
endfunction()

# consumer(COMPONENT COMPILER CXX_STANDARD UNNEEDED...): with only what was installed so far, and
# without the packages that the component must not ask for.
function(consumer component compiler standard)
  list(TRANSFORM ARGN REPLACE "(.+)" "-DCMAKE_DISABLE_FIND_PACKAGE_\\1=ON" OUTPUT_VARIABLE without)
  run(${CMAKE_COMMAND} -S "${HERE}/${component}" -B "${WORK}/${component}" ${without}
      -DCMAKE_PREFIX_PATH=${WORK}/installed -DCMAKE_CXX_COMPILER=${compiler}
      -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_CXX_STANDARD=${standard} -DCMAKE_BUILD_TYPE=Release)
  run(${CMAKE_COMMAND} --build "${WORK}/${component}")
  run(${CMAKE_CTEST_COMMAND} --test-dir "${WORK}/${component}" --output-on-failure)
endfunction()

file(REMOVE_RECURSE "${WORK}")
set(unneeded_by_nn PNG CLI11 nlohmann_json tomlplusplus Boost xsimd)
foreach(component autodiff nn cae)
  run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/installed" --component ${component})
  string(FIND "${output}" "CONTRACTIVE_NATIVE" warning)
  if(NATIVE AND warning EQUAL -1)
    message(FATAL_ERROR "a build for this machine alone is installed without a warning:\n${output}")
  elseif(NOT NATIVE AND NOT warning EQUAL -1)
    message(FATAL_ERROR "a build for any machine is installed with a warning:\n${output}")
  endif()
  if(component STREQUAL autodiff)
    find_program(clang clang++)
    if(NOT clang OR FLAGS MATCHES sanitize) # one compiler's sanitizers do not serve the other
      set(clang "${CXX}")
    endif()
    consumer(autodiff "${clang}" 20 ZLIB ${unneeded_by_nn})
  elseif(component STREQUAL nn)
    consumer(nn "${CXX}" 17 ${unneeded_by_nn})
  else()
    consumer(cae "${CXX}" 17 CLI11 nlohmann_json tomlplusplus Boost xsimd)
  endif()
endforeach()
file(GLOB_RECURSE kernels "${WORK}/installed/include/*kernel*")
if(kernels)
  message(FATAL_ERROR "private headers are installed: ${kernels}")
endif()
execute_process(COMMAND ${CXX} -std=c++17 -M "${HERE}/cae/stranger.cpp" -I "${WORK}/installed/include"
                OUTPUT_VARIABLE headers RESULT_VARIABLE code)
if(NOT code EQUAL 0 OR headers MATCHES "xtensor/")
  message(FATAL_ERROR "our public headers include xtensor's:\n${headers}")
endif()
message(STATUS "each component serves a stranger's project, and asks for no more than it needs")
