#ifndef CLIBPQ_SHIM_H
#define CLIBPQ_SHIM_H

#include <libpq-fe.h>

/* Character macros are not imported into Swift, so the diagnostic fields are repeated as constants. */
static const int clibpq_diag_severity = PG_DIAG_SEVERITY_NONLOCALIZED;
static const int clibpq_diag_sqlstate = PG_DIAG_SQLSTATE;
static const int clibpq_diag_message = PG_DIAG_MESSAGE_PRIMARY;
static const int clibpq_diag_detail = PG_DIAG_MESSAGE_DETAIL;
static const int clibpq_diag_hint = PG_DIAG_MESSAGE_HINT;
static const int clibpq_diag_position = PG_DIAG_STATEMENT_POSITION;
static const int clibpq_diag_internal_position = PG_DIAG_INTERNAL_POSITION;
static const int clibpq_diag_internal_query = PG_DIAG_INTERNAL_QUERY;
static const int clibpq_diag_context = PG_DIAG_CONTEXT;
static const int clibpq_diag_schema = PG_DIAG_SCHEMA_NAME;
static const int clibpq_diag_table = PG_DIAG_TABLE_NAME;
static const int clibpq_diag_column = PG_DIAG_COLUMN_NAME;
static const int clibpq_diag_data_type = PG_DIAG_DATATYPE_NAME;
static const int clibpq_diag_constraint = PG_DIAG_CONSTRAINT_NAME;
static const int clibpq_diag_source_file = PG_DIAG_SOURCE_FILE;
static const int clibpq_diag_source_line = PG_DIAG_SOURCE_LINE;
static const int clibpq_diag_source_function = PG_DIAG_SOURCE_FUNCTION;

#endif
