# Red Kite.  `make help` lists what can be asked for.
#
# Each MODE builds into a folder of its own, so nothing ever needs `clean`:
# debug (the default), fast (what runs), asan, tsan, fuzz and cover
# (what is tested).

CC      ?= gcc
MODE    ?= debug
BUILD   ?= build
export BUILD
B       := $(BUILD)/$(MODE)

SERVICES := cases scheduling notifications reporting redkite

WARN := -Wall -Wextra -Wpedantic -Werror -Wshadow -Wconversion -Wvla -Wundef \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wformat=2 -Wpointer-arith -Wcast-qual -Wcast-align -Wwrite-strings \
        -Wimplicit-fallthrough -Wnull-dereference -Wno-missing-field-initializers
HARD := -fstack-protector-strong -fstack-clash-protection -fcf-protection=full \
        -fPIE -D_FORTIFY_SOURCE=2
SAN  := -fno-omit-frame-pointer -fno-sanitize-recover=all

FLAGS.debug := -O1 -g -fPIE
FLAGS.fast  := -O2 -g $(HARD)
FLAGS.asan  := -O1 -g -fPIE $(SAN) -fsanitize=address,undefined
FLAGS.tsan  := -O1 -g -fPIE $(SAN) -fsanitize=thread
FLAGS.fuzz  := -O1 -g -fPIE $(SAN) -fsanitize=fuzzer-no-link,address,undefined
FLAGS.cover := -O0 -g -fPIE --coverage
LINK.fast   := -Wl,-z,relro,-z,now,-z,noexecstack

CPPFLAGS := -I. -I$(B)/gen -I/usr/include/postgresql -D_GNU_SOURCE
CFLAGS   := -std=c17 $(WARN) $(FLAGS.$(MODE))
LDFLAGS  := $(FLAGS.$(MODE)) -pie $(LINK.$(MODE))
BASE_LIBS    := -lcjson
SERVICE_LIBS := -lczmq -lzmq -lpq -lsodium $(BASE_LIBS)
LIBS.notifications := -lcurl
LIBS.reporting     := -lmicrohttpd
LIBS.redkite       := -lzip -lexpat -lxlsxwriter

objects = $(patsubst %.c,$(B)/%.o,$(wildcard $(1)/*.c $(1)/*/*.c))

all: $(SERVICES:%=$(B)/bin/%) $(B)/checked ## build every program (MODE=debug|fast|asan|tsan)

# ------------------------------------------------ three archives, two layers
# base and formula are pure; service does I/O.  Unit tests of rules link those
# two alone, so the linker itself refuses a rule that reaches for the bus, the
# store or the log.
$(B)/libbase.a: $(call objects,common/base)
$(B)/libformula.a: $(call objects,common/formula)
$(B)/libservice.a: $(call objects,common/service)
$(B)/%.a:
	@rm -f $@
	$(AR) rcs $@ $^

define service_rule
$(B)/bin/$(1): $(call objects,services/$(1)) $(B)/libservice.a \
               $(B)/libformula.a $(B)/libbase.a
	@mkdir -p $$(@D)
	$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(LIBS.$(1)) $$(SERVICE_LIBS)
endef
$(foreach s,$(SERVICES),$(eval $(call service_rule,$(s))))

# ------------------------------------------------------------ made from tables
SQL         := $(wildcard common/service/*.sql services/*/*/store.sql)
SQL_HEADERS := $(SQL:%.sql=$(B)/gen/%_sql.h)
MIGRATIONS  := $(wildcard common/service/schema/*.sql services/*/schema/*.sql)
HOLIDAYS    := $(wildcard common/base/holidays/*.json)
GENERATED   := $(SQL_HEADERS) $(B)/gen/migrations.h $(B)/gen/statements.h \
                 $(B)/gen/common/base/holidays.h \
                 $(B)/gen/services/reporting/web.h

$(B)/gen/%_sql.h: %.sql tools/embed-sql
	@mkdir -p $(@D)
	tools/embed-sql $< > $@.tmp && mv $@.tmp $@
$(B)/gen/migrations.h: $(MIGRATIONS) tools/embed-migrations
	@mkdir -p $(@D)
	tools/embed-migrations $(MIGRATIONS) > $@.tmp && mv $@.tmp $@
$(B)/gen/common/base/holidays.h: $(HOLIDAYS) tools/embed-holidays
	@mkdir -p $(@D)
	tools/embed-holidays $(HOLIDAYS) > $@.tmp && mv $@.tmp $@
$(B)/gen/services/reporting/web.h: $(wildcard services/reporting/web/*) tools/embed-web
	@mkdir -p $(@D)
	tools/embed-web $(wildcard services/reporting/web/*) > $@.tmp && mv $@.tmp $@
$(B)/gen/statements.h: $(SQL) tools/list-statements
	@mkdir -p $(@D)
	tools/list-statements $(SQL) > $@.tmp && mv $@.tmp $@

$(B)/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

# --------------------------------------------------------------------- judgement
# Who may include whom, and what may not be called: part of every build.
SOURCES := $(wildcard common/*/*.[ch] services/*/*.[ch] services/*/*/*.[ch] \
             tests/*.h tests/*/*.[ch])
TIDY    := $(filter-out tests/%,$(filter %.c,$(SOURCES)))
SCRIPTS := $(shell grep -lE '^\#!/(bin/sh|usr/bin/env bash|bin/bash)' \
             .ci/* tools/* deploy/* deploy/*/* tests/*/* 2>/dev/null)
L       := $(BUILD)/lint

$(B)/checked: tools/check-includes $(SOURCES) $(SQL)
	@mkdir -p $(@D)
	tools/check-includes $(SOURCES) $(SQL)
	@touch $@

# clang-tidy is slow, so each file's verdict is kept: it stands until the
# file's object is out of date, which is to say any header that it reads.
$(L)/%.tidy: $(B)/%.o .clang-tidy
	@mkdir -p $(@D)
	@echo clang-tidy $*.c
	@clang-tidy --quiet $*.c -- $(CPPFLAGS) -std=c17 2>$@.err \
	    || { cat $@.err; exit 1; }
	@touch $@

lint: lint-rules lint-sizes lint-format lint-scripts lint-tidy lint-cppcheck ## judge the code, without running it
lint-rules:
	tools/check-includes $(SOURCES) $(SQL)
lint-sizes:
	tools/check-sizes
lint-format:
	clang-format --dry-run -Werror $(SOURCES)
lint-scripts:
	shellcheck --severity=style $(SCRIPTS)
lint-tidy: $(TIDY:%.c=$(L)/%.tidy)
lint-cppcheck: $(GENERATED)
	@mkdir -p $(L)/cppcheck
	cppcheck --quiet --std=c11 --enable=warning,style,performance,portability \
	    --cppcheck-build-dir=$(L)/cppcheck -j $(shell nproc) \
	    --suppressions-list=tools/cppcheck.suppressions --inline-suppr \
	    --error-exitcode=1 -D_GNU_SOURCE -I. -I$(B)/gen common services

# -------------------------------------------------------------------- tests
# Unit tests link the pure layer and the rules, nothing else: a rule that
# reaches for the bus, the store or the log does not link.
RULES  := $(patsubst %.c,$(B)/%.o,$(wildcard services/*/*/rules.c \
            services/reporting/progress/csv.c services/reporting/http/accept.c \
            services/redkite/import/cell.c))
UNITS  := $(patsubst tests/unit/%.c,$(B)/unit/%,$(wildcard tests/unit/test_*.c))
ITESTS := $(patsubst tests/integration/%.c,$(B)/integration/%,\
            $(wildcard tests/integration/test_*.c tests/integration/serve_*.c))

$(B)/unit/%: $(B)/tests/unit/%.o $(RULES) $(B)/libformula.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(BASE_LIBS) -lcmocka
$(B)/integration/%: $(B)/tests/integration/%.o $(B)/libservice.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(SERVICE_LIBS) -lcmocka

BENCHES := $(patsubst %,$(B)/bench/%,drive hear pace reckon serve shift.so)
$(B)/bench/%: $(B)/tests/bench/%.o $(B)/libservice.a $(B)/libformula.a \
              $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(SERVICE_LIBS)

$(B)/bench/shift.so: tests/bench/shift.c
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(CFLAGS) -fPIC -shared -o $@ $< -ldl

$(B)/chaos/load: $(B)/tests/chaos/load.o $(B)/libservice.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -o $@ $^ $(SERVICE_LIBS)

units: $(UNITS)
benches: $(BENCHES)
itests: $(ITESTS) $(B)/chaos/load
unit: ## the unit tests, under the address and undefined sanitizers
	@$(MAKE) --no-print-directory MODE=asan units
	@tools/run-units $(BUILD)/asan/unit
threads: ## units, C programs and services under the thread sanitizer
	@$(MAKE) --no-print-directory MODE=tsan all units itests
	@tools/run-threads
coverage: ## which lines of the rules, common/base and common/formula the unit tests run
	@$(MAKE) --no-print-directory MODE=cover units
	@tools/run-coverage $(BUILD)/cover
model: ## search the model of outbox, relay and follower (spin)
	@tools/run-model
test: ## everything: install, build, judge, unit, coverage, model, fuzz, threads, integration, pages
	@tools/test
test-fresh: ## `make test` and `make run` in a bare Debian 12 (as root; WHAT=test|run WHO=root|user)
	@tools/test-fresh $(WHAT) $(WHO)

# A fuzzer per reader of foreign bytes: SECONDS=20 each.  libFuzzer is clang's.
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/bin/%,$(wildcard tests/fuzz/fuzz_*.c))
$(BUILD)/fuzz/bin/fuzz_%: $(BUILD)/fuzz/tests/fuzz/fuzz_%.o $(RULES) \
                          $(B)/libservice.a $(B)/libformula.a $(B)/libbase.a
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) -fsanitize=fuzzer -o $@ $^ $(SERVICE_LIBS)
$(BUILD)/fuzz/bin/fuzz_xlsx: SERVICE_LIBS += -lzip -lexpat
$(BUILD)/fuzz/bin/fuzz_xlsx: $(addprefix $(B)/services/redkite/import/,book.o xlsx.o xlsx_parts.o)
fuzzers: $(FUZZERS)
fuzz: ## every reader of foreign bytes, for SECONDS=20 each
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang fuzzers
	@tools/run-fuzzers $(or $(SECONDS),20) $(FUZZERS)

# ---------------------------------------------------------------------- use
run: ## start all of it here, with sample data; Ctrl-C ends it
	@setpriv --pdeathsig TERM tools/run
bench: ## measure, and print ratios
	@tools/install-packages build run test
	@$(MAKE) --no-print-directory MODE=fast all benches
	@tools/bench
chaos: ## faults that must do no harm (FAULTS=1000 COMMANDS=100000 SEED=; ONLY=scenario)
	@tools/install-packages build run test
	@$(MAKE) --no-print-directory MODE=fast all itests
	@tools/chaos $(if $(ONLY),"$(ONLY)")
clean: ## forget every build (var/, the data of `make run`, stays)
	rm -rf $(BUILD)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' \
	    $(MAKEFILE_LIST)

.PHONY: all lint lint-rules lint-sizes lint-format lint-scripts lint-tidy \
        lint-cppcheck units itests benches unit threads coverage model test \
        test-fresh fuzzers fuzz run bench chaos clean help
.SECONDARY:
-include $(shell find $(B) -name '*.d' 2>/dev/null)
