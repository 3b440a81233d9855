/* yaml.h — a JSON tree as YAML that people can read and diff.
 *
 * Block style, two columns a level, members in the order of the tree; a text of
 * several lines is a literal block, one that YAML could take for something else
 * stands in quotes. */
#pragma once

#include <cjson/cJSON.h>

/* One document on stdout; its root is an object. */
void yaml_print(const cJSON *root);
