# SPDX-License-Identifier: BSD-3-Clause
# For packages: every library but glibc comes from its archive, so that a package brings no
# library that another one could clash with.
#
# Distributions compile archives for programs (-fPIE), which reach glibc's variables in a way
# that a shared library cannot.  Here they reach them through variables.c.
set(renamed --redefine-sym stdin=hnn_stdin --redefine-sym stdout=hnn_stdout
  --redefine-sym stderr=hnn_stderr --redefine-sym program_invocation_name=hnn_program_name)
set(archives)
foreach(name libhdf5_serial.a libhwloc.a libjansson.a)
  find_library(found_${name} NAMES ${name} REQUIRED)
  set(rewritten ${CMAKE_BINARY_DIR}/archives/${name})
  add_custom_command(OUTPUT ${rewritten}
    COMMAND ${CMAKE_OBJCOPY} ${renamed} ${found_${name}} ${rewritten}
    DEPENDS ${found_${name}} VERBATIM)
  list(APPEND archives ${rewritten})
endforeach()
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/archives)
add_custom_target(hnn_archives DEPENDS ${archives})
foreach(name libyaml.a libxxhash.a libsz.a libaec.a libz.a) # in the order of linking
  find_library(found_${name} NAMES ${name} REQUIRED)
  list(APPEND archives ${found_${name}})
endforeach()

add_library(hnn_static STATIC ${CMAKE_CURRENT_LIST_DIR}/variables.c ${CMAKE_CURRENT_LIST_DIR}/udev.c)
target_link_libraries(hnn_static PRIVATE hnn_flags)
add_dependencies(hnn_static hnn_archives)
add_dependencies(hnn_libraries hnn_static)

foreach(package YAML HWLOC JANSSON XXHASH)
  target_include_directories(hnn_libraries SYSTEM INTERFACE ${${package}_INCLUDE_DIRS})
endforeach()
find_path(HDF5_INCLUDE hdf5.h PATH_SUFFIXES hdf5/serial REQUIRED)
target_include_directories(hnn_libraries SYSTEM INTERFACE ${HDF5_INCLUDE})
target_link_libraries(hnn_libraries INTERFACE ${archives} hnn_static)
foreach(archive IN LISTS archives)
  get_filename_component(name ${archive} NAME)
  target_link_options(hnn_libraries INTERFACE -Wl,--exclude-libs,${name})
endforeach()
target_link_options(hnn_libraries INTERFACE -Wl,--gc-sections)
