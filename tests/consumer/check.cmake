# cmake -DBUILD=build tree -DHERE=this folder -DWORK=scratch -DCXX=compiler -P check.cmake
# Installs the build tree, lets a stranger's project find it, build against it and run, and asserts
# that no header of xtensor comes with ours.
function(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN} ended with ${code}:\n${output}")
  endif()
endfunction()

file(REMOVE_RECURSE "${WORK}")
run(${CMAKE_COMMAND} --install "${BUILD}" --prefix "${WORK}/installed")
run(${CMAKE_COMMAND} -S "${HERE}" -B "${WORK}/build" -DCMAKE_PREFIX_PATH=${WORK}/installed
    -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_BUILD_TYPE=Release)
run(${CMAKE_COMMAND} --build "${WORK}/build")
run("${WORK}/build/stranger")
run("${WORK}/build/own_operation")
file(GLOB_RECURSE kernels "${WORK}/installed/include/*kernel*")
if(kernels)
  message(FATAL_ERROR "private headers are installed: ${kernels}")
endif()
execute_process(COMMAND ${CXX} -std=c++17 -M "${HERE}/stranger.cpp" -I "${WORK}/installed/include"
                OUTPUT_VARIABLE headers RESULT_VARIABLE code)
if(NOT code EQUAL 0 OR headers MATCHES "xtensor/")
  message(FATAL_ERROR "our public headers include xtensor's:\n${headers}")
endif()
message(STATUS "an installed package serves a stranger's project; no header of xtensor in sight")
