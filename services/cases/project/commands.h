/* commands.h — projects, and the communities that they take in.
 *
 * A project is one redevelopment by one legal track (domain.md 1.0); the track
 * decides which moves exist, and never changes. */
#pragma once

#include "common/service/service.h"

extern const struct shape project_open_shape;
extern const struct shape project_answer_shape;
extern const struct shape project_list_shape;
extern const struct shape project_key_shape;
extern const struct shape project_document_shape;
extern const struct shape document_list_shape;
extern const struct shape community_add_shape;
extern const struct shape community_ask_shape;
extern const struct shape community_list_shape;

/* What is told of them. */
extern const struct shape project_opened_shape;
extern const struct shape project_documented_shape;
extern const struct shape community_added_shape;

struct err cmd_project_open(struct call *call, const void *body);
struct err cmd_project_list(struct call *call, const void *body);

/* project.document {project, kind, number, day}: a document that the project
 * rests on, of a kind that its track has; of a kind the last one counts. */
struct err cmd_project_document(struct call *call, const void *body);

/* project.documents {project}: all of them, by kind; the public's. */
struct err cmd_project_documents(struct call *call, const void *body);

struct err cmd_community_add(struct call *call, const void *body);
struct err cmd_community_list(struct call *call, const void *body);
