# The two commands of the README are `make demo` and `make test`; each installs what it needs.
CONFIGURATION ?= Release
LLMOPS = functions/LocalHost/bin/$(CONFIGURATION)/net10.0/llmops
TEST_TOOLS = tests/LlmOps.Tests/Contracts/node_modules tests/LlmOps.Tests/Interop/node_modules tests/LlmOps.Tests/Interop/GitHub/node_modules \
	tests/LlmOps.Tests/Deploy/node_modules tests/LlmOps.Tests/Infra/node_modules
PEERS = tests/LlmOps.Benchmarks/Serving/Peers

.PHONY: peers build prepared demo up test crashes verify bench bench-canary bench-serving mutate clean tools

build:
	dotnet build LlmOpsFunctions.sln -c $(CONFIGURATION) --nologo -v quiet

demo: tools build
	$(LLMOPS) demo

up: tools build
	$(LLMOPS) up

test: prepared
	build/test.sh $(CONFIGURATION)

# What the tests need, with the packages fetched while the compiler works: but for those that the build itself installs.
prepared: tools
	$(MAKE) --no-print-directory -j2 build $(filter-out %/Interop/node_modules,$(TEST_TOOLS))
	$(MAKE) --no-print-directory $(TEST_TOOLS)

# A kill after every effect, where `make test` takes one of each kind.
crashes: tools build
	LLMOPS_EVERY_KILL=1 build/test.sh $(CONFIGURATION) --filter FullyQualifiedName~Stories.Crash

# What a reviewer would ask for before a look: formatting as .editorconfig says, the conventions, and that every manifest,
# rule, dashboard and image definition of inference/deploy, every Bicep file and every workflow is what its reader takes.
# Style and analyzers are errors of the build already.
verify: prepared
	dotnet format whitespace LlmOpsFunctions.sln --verify-no-changes --no-restore --exclude inference/OnnxRuntime
	dotnet test tests/LlmOps.Tests -c $(CONFIGURATION) --no-build --nologo --filter 'FullyQualifiedName~Conventions|FullyQualifiedName~LlmOps.Tests.Deploy|FullyQualifiedName~LlmOps.Tests.Infra|FullyQualifiedName~RulesTests|FullyQualifiedName~ExamineSetupTests'

bench: build peers
	dotnet run --project tests/LlmOps.Benchmarks -c $(CONFIGURATION) --no-build

# Ours against llama.cpp, ONNX Runtime GenAI and transformers.js with one model, FLAGS=--quick for less; see docs/benchmarks.md.
bench-serving: peers
	dotnet build tests/LlmOps.Benchmarks -c $(CONFIGURATION) --nologo -v quiet
	dotnet run --project tests/LlmOps.Benchmarks -c $(CONFIGURATION) --no-build -- serving $(FLAGS)

# A peer that cannot be installed is left out of the results. Optional packages are for other platforms and GPUs, but for those named;
# a registry need not have them, which `npm ci` would insist on.
peers:
	@test -d $(PEERS)/node_modules || (cd $(PEERS) && npm install --no-save --omit=optional --ignore-scripts --no-audit --no-fund --loglevel=error) \
		|| echo "the serving benchmark's peers could not be installed" >&2

# How often the canary's judgement is wrong, in simulated rollouts; see docs/canary.md.
bench-canary:
	dotnet build tests/LlmOps.Benchmarks -c $(CONFIGURATION) --nologo -v quiet
	nice -n 10 dotnet run --project tests/LlmOps.Benchmarks -c $(CONFIGURATION) --no-build -- canary

# Mutates the pure decisions and lists the changes that no test notices: artifacts/mutation/reports.
mutate:
	dotnet tool restore
	cd tests/LlmOps.Tests && dotnet stryker -f stryker-config.json -O ../../artifacts/mutation

# Prometheus, Alertmanager and Jinja2 (for tests), from Debian's packages where they can be installed; without them the demonstration says so.
tools:
	@build/install-tools.sh prometheus prometheus-alertmanager python3-jinja2
	@command -v kubectl >/dev/null || build/install-tools.sh kubernetes-client

%/node_modules: %/package-lock.json
	cd $* && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

clean:
	dotnet clean LlmOpsFunctions.sln -c $(CONFIGURATION) --nologo -v quiet
	rm -rf artifacts .llmops
