/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What CI products put into the environment.  One row a product; a cell is a list of alternatives in the
 * shell's own ${NAME} forms, tried in order: the first whose variables are all set, and that is not empty, counts.
 */
#include <string.h>

#include "basedrift/origin.h"

#include "origin/shell_word.h"

struct environment {
	bd_getenv_fn *get;
	void *context;
	struct bd_arena *arena;
};

struct ci_product {
	const char *provider;
	const char *detect; /* as a cell */
	const char *value;  /* what it must be; NULL: anything but "false" and "0" */
	const char *project, *branch, *id, *attempt, *number, *url, *runner, *commit;
};

#define GITHUB_CELLS \
	.project = "${GITHUB_REPOSITORY}", .branch = "${GITHUB_HEAD_REF}|${GITHUB_REF_NAME}", \
	.id = "${GITHUB_RUN_ID}", .attempt = "${GITHUB_RUN_ATTEMPT}", .number = "${GITHUB_RUN_NUMBER}", \
	.url = "${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}", .runner = "${RUNNER_NAME}", \
	.commit = "${GITHUB_SHA}"

/* Products that also set another one's variables stand before it; the generic row is last. */
static const struct ci_product products[] = {
	{ .provider = "forgejo-actions", .detect = "${FORGEJO_ACTIONS}", GITHUB_CELLS },
	{ .provider = "gitea-actions", .detect = "${GITEA_ACTIONS}", GITHUB_CELLS },
	{ .provider = "github-actions", .detect = "${GITHUB_ACTIONS}", GITHUB_CELLS },
	{ .provider = "gitlab-ci",
		.detect = "${GITLAB_CI}",
		.project = "${CI_PROJECT_PATH}",
		.branch = "${CI_MERGE_REQUEST_SOURCE_BRANCH_NAME}|${CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME}|"
			  "${CI_COMMIT_BRANCH}|${CI_COMMIT_REF_NAME}",
		.id = "${CI_JOB_ID}|${CI_PIPELINE_ID}",
		.number = "${CI_PIPELINE_IID}",
		.url = "${CI_JOB_URL}|${CI_PIPELINE_URL}",
		.runner = "${CI_RUNNER_DESCRIPTION}|${CI_RUNNER_ID}",
		.commit = "${CI_COMMIT_SHA}" },
	{ .provider = "buildkite",
		.detect = "${BUILDKITE}",
		.project = "${BUILDKITE_ORGANIZATION_SLUG}/${BUILDKITE_PIPELINE_SLUG}|${BUILDKITE_PIPELINE_SLUG}",
		.branch = "${BUILDKITE_BRANCH}",
		.id = "${BUILDKITE_JOB_ID}|${BUILDKITE_BUILD_ID}",
		.number = "${BUILDKITE_BUILD_NUMBER}",
		.url = "${BUILDKITE_BUILD_URL}#${BUILDKITE_JOB_ID}|${BUILDKITE_BUILD_URL}",
		.runner = "${BUILDKITE_AGENT_NAME}",
		.commit = "${BUILDKITE_COMMIT}" },
	{ .provider = "circleci",
		.detect = "${CIRCLECI}",
		.project = "${CIRCLE_PROJECT_USERNAME}/${CIRCLE_PROJECT_REPONAME}|${CIRCLE_PROJECT_REPONAME}",
		.branch = "${CIRCLE_BRANCH}|${CIRCLE_TAG}",
		.id = "${CIRCLE_WORKFLOW_JOB_ID}|${CIRCLE_BUILD_NUM}",
		.number = "${CIRCLE_BUILD_NUM}",
		.url = "${CIRCLE_BUILD_URL}",
		.commit = "${CIRCLE_SHA1}" },
	{ .provider = "azure-pipelines",
		.detect = "${TF_BUILD}",
		.project = "${BUILD_REPOSITORY_NAME}|${SYSTEM_TEAMPROJECT}",
		.branch = "${SYSTEM_PULLREQUEST_SOURCEBRANCH#refs/heads/}|${BUILD_SOURCEBRANCH#refs/heads/}",
		.id = "${BUILD_BUILDID}",
		.attempt = "${SYSTEM_JOBATTEMPT}",
		.number = "${BUILD_BUILDNUMBER}",
		.url = "${SYSTEM_COLLECTIONURI%/}/${SYSTEM_TEAMPROJECTID}/_build/results?buildId=${BUILD_BUILDID}",
		.runner = "${AGENT_NAME}",
		.commit = "${BUILD_SOURCEVERSION}" },
	{ .provider = "travis-ci",
		.detect = "${TRAVIS}",
		.project = "${TRAVIS_REPO_SLUG}",
		.branch = "${TRAVIS_PULL_REQUEST_BRANCH}|${TRAVIS_BRANCH}",
		.id = "${TRAVIS_JOB_ID}|${TRAVIS_BUILD_ID}",
		.number = "${TRAVIS_JOB_NUMBER}|${TRAVIS_BUILD_NUMBER}",
		.url = "${TRAVIS_JOB_WEB_URL}|${TRAVIS_BUILD_WEB_URL}",
		.commit = "${TRAVIS_PULL_REQUEST_SHA}|${TRAVIS_COMMIT}" },
	{ .provider = "bitbucket-pipelines",
		.detect = "${BITBUCKET_BUILD_NUMBER}",
		.project = "${BITBUCKET_REPO_FULL_NAME}",
		.branch = "${BITBUCKET_BRANCH}|${BITBUCKET_TAG}",
		.id = "${BITBUCKET_PIPELINE_UUID}|${BITBUCKET_BUILD_NUMBER}",
		.number = "${BITBUCKET_BUILD_NUMBER}",
		.url = "https://bitbucket.org/${BITBUCKET_REPO_FULL_NAME}/pipelines/results/${BITBUCKET_BUILD_NUMBER}",
		.commit = "${BITBUCKET_COMMIT}" },
	{ .provider = "appveyor",
		.detect = "${APPVEYOR}",
		.project = "${APPVEYOR_ACCOUNT_NAME}/${APPVEYOR_PROJECT_SLUG}",
		.branch = "${APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH}|${APPVEYOR_REPO_BRANCH}",
		.id = "${APPVEYOR_JOB_ID}|${APPVEYOR_BUILD_ID}",
		.number = "${APPVEYOR_BUILD_NUMBER}",
		.url = "${APPVEYOR_URL%/}/project/${APPVEYOR_ACCOUNT_NAME}/${APPVEYOR_PROJECT_SLUG}/builds/${APPVEYOR_BUILD_ID}",
		.runner = "${APPVEYOR_BUILD_WORKER_IMAGE}",
		.commit = "${APPVEYOR_PULL_REQUEST_HEAD_COMMIT}|${APPVEYOR_REPO_COMMIT}" },
	{ .provider = "aws-codebuild",
		.detect = "${CODEBUILD_BUILD_ID}",
		.project = "${CODEBUILD_BUILD_ID%%:*}",
		.branch = "${CODEBUILD_WEBHOOK_HEAD_REF#refs/heads/}",
		.id = "${CODEBUILD_BUILD_ID}",
		.number = "${CODEBUILD_BUILD_NUMBER}",
		.url = "${CODEBUILD_PUBLIC_BUILD_URL}|${CODEBUILD_BUILD_URL}",
		.commit = "${CODEBUILD_RESOLVED_SOURCE_VERSION}" },
	{ .provider = "semaphore",
		.detect = "${SEMAPHORE}",
		.project = "${SEMAPHORE_GIT_REPO_SLUG}|${SEMAPHORE_PROJECT_NAME}",
		.branch = "${SEMAPHORE_GIT_PR_BRANCH}|${SEMAPHORE_GIT_WORKING_BRANCH}|${SEMAPHORE_GIT_BRANCH}",
		.id = "${SEMAPHORE_JOB_ID}",
		.number = "${SEMAPHORE_WORKFLOW_NUMBER}",
		.url = "${SEMAPHORE_ORGANIZATION_URL%/}/jobs/${SEMAPHORE_JOB_ID}",
		.runner = "${SEMAPHORE_AGENT_MACHINE_TYPE}",
		.commit = "${SEMAPHORE_GIT_PR_SHA}|${SEMAPHORE_GIT_SHA}" },
	{ .provider = "cirrus-ci",
		.detect = "${CIRRUS_CI}",
		.project = "${CIRRUS_REPO_FULL_NAME}",
		.branch = "${CIRRUS_BRANCH}|${CIRRUS_TAG}",
		.id = "${CIRRUS_TASK_ID}|${CIRRUS_BUILD_ID}",
		.url = "https://cirrus-ci.com/task/${CIRRUS_TASK_ID}",
		.commit = "${CIRRUS_CHANGE_IN_REPO}" },
	{ .provider = "teamcity",
		.detect = "${TEAMCITY_VERSION}",
		.project = "${TEAMCITY_PROJECT_NAME}/${TEAMCITY_BUILDCONF_NAME}|${TEAMCITY_PROJECT_NAME}",
		.branch = "${TEAMCITY_BUILD_BRANCH}|${BRANCH}",
		.id = "${TEAMCITY_BUILD_ID}|${BUILD_NUMBER}",
		.number = "${BUILD_NUMBER}",
		.url = "${BUILD_URL}",
		.runner = "${TEAMCITY_AGENT_NAME}|${AGENT_NAME}",
		.commit = "${BUILD_VCS_NUMBER}" },
	{ .provider = "jenkins",
		.detect = "${JENKINS_URL}|${JENKINS_HOME}${BUILD_TAG}",
		.project = "${JOB_NAME}",
		.branch = "${CHANGE_BRANCH}|${BRANCH_NAME}|${GIT_LOCAL_BRANCH}|${GIT_BRANCH#origin/}",
		.id = "${BUILD_TAG}|${BUILD_ID}",
		.number = "${BUILD_NUMBER}",
		.url = "${BUILD_URL}",
		.runner = "${NODE_NAME}",
		.commit = "${GIT_COMMIT}" },
	{ .provider = "woodpecker",
		.detect = "${CI}",
		.value = "woodpecker",
		.project = "${CI_REPO}",
		.branch = "${CI_COMMIT_SOURCE_BRANCH}|${CI_COMMIT_BRANCH}",
		.id = "${CI_REPO}/${CI_PIPELINE_NUMBER}",
		.number = "${CI_PIPELINE_NUMBER}",
		.url = "${CI_PIPELINE_URL}|${CI_PIPELINE_LINK}",
		.runner = "${CI_MACHINE}",
		.commit = "${CI_COMMIT_SHA}" },
	{ .provider = "drone",
		.detect = "${DRONE}",
		.project = "${DRONE_REPO}",
		.branch = "${DRONE_SOURCE_BRANCH}|${DRONE_BRANCH}",
		.id = "${DRONE_REPO}/${DRONE_BUILD_NUMBER}",
		.number = "${DRONE_BUILD_NUMBER}",
		.url = "${DRONE_BUILD_LINK}",
		.runner = "${DRONE_STAGE_MACHINE}|${DRONE_RUNNER_HOST}",
		.commit = "${DRONE_COMMIT_SHA}" },
	{ .provider = "google-cloud-build",
		.detect = "${BUILDER_OUTPUT}|${PROJECT_ID}${BUILD_ID}${COMMIT_SHA}",
		.project = "${REPO_FULL_NAME}|${REPO_NAME}|${PROJECT_ID}",
		.branch = "${_HEAD_BRANCH}|${BRANCH_NAME}|${TAG_NAME}",
		.id = "${BUILD_ID}",
		.url = "https://console.cloud.google.com/cloud-build/builds;region=${LOCATION}/${BUILD_ID}?project=${PROJECT_ID}|"
		       "https://console.cloud.google.com/cloud-build/builds/${BUILD_ID}?project=${PROJECT_ID}",
		.commit = "${COMMIT_SHA}|${REVISION_ID}" },
	{ .provider = "generic",
		.detect = "${CI}",
		.project = "${CI_REPO}|${JOB_NAME}",
		.branch = "${CI_COMMIT_BRANCH}|${BRANCH_NAME}|${GIT_BRANCH#origin/}",
		.id = "${BUILD_ID}|${CI_PIPELINE_ID}|${BUILD_NUMBER}",
		.number = "${BUILD_NUMBER}",
		.url = "${BUILD_URL}",
		.runner = "${NODE_NAME}",
		.commit = "${CI_COMMIT_SHA}|${GIT_COMMIT}" },
};

static enum shell_variable from_environment(struct bd_str name, const void *context, const char **value_out)
{
	const struct environment *env = context;
	const char *value = env->get(bd_arena_text(env->arena, name.p, name.n), env->context);
	if (value == NULL || value[0] == '\0') {
		return SHELL_UNSET;
	}
	*value_out = value;
	return SHELL_SET;
}

static const char *cell(const struct environment *env, const char *alternatives)
{
	const struct shell_options options = { .escape = '\\', .get = from_environment, .context = env };
	struct bd_str rest = bd_str(alternatives);
	while (rest.n > 0) {
		struct shell_result result;
		struct bd_error ignored;
		if (shell_expand(&options, bd_str_cut(&rest, '|'), env->arena, &result, &ignored) == 0 &&
			result.missing == NULL && result.text[0] != '\0') {
			return result.text;
		}
	}
	return NULL;
}

static bool is_true(const char *text)
{
	return strcmp(text, "false") != 0 && strcmp(text, "0") != 0;
}

static const struct ci_product *detect(const struct environment *env)
{
	for (size_t i = 0; i < sizeof(products) / sizeof(products[0]); i++) {
		const char *found = cell(env, products[i].detect);
		const char *value = products[i].value;
		if (found != NULL && (value != NULL ? strcmp(found, value) == 0 : is_true(found))) {
			return &products[i];
		}
	}
	return NULL;
}

static void fill(const char **member, const char *value)
{
	if (*member == NULL) {
		*member = value;
	}
}

/* A second attempt is another build: "123456.2". */
static const char *build_id(const struct environment *env, const struct ci_product *ci)
{
	uint64_t attempt = 0;
	const char *id = cell(env, ci->id);
	const char *text = cell(env, ci->attempt);
	if (id == NULL || text == NULL || !bd_str_to_u64(bd_str(text), &attempt) || attempt <= 1) {
		return id;
	}
	return bd_arena_printf(env->arena, "%s.%llu", id, (unsigned long long)attempt);
}

/* Some products say "HEAD", or a number of a store of their own: that is no commit. */
static const char *commit_id(const char *text)
{
	const size_t n = text != NULL ? strlen(text) : 0;
	return (n == 40 || n == 64) && strspn(text, "0123456789abcdefABCDEF") == n ? text : NULL;
}

void bd_ci_read(
	bd_getenv_fn *get, void *context, struct bd_arena *arena, struct bd_build *build, const char **commit_out)
{
	const struct environment env = { get, context, arena };
	const struct ci_product *ci = detect(&env);
	*commit_out = NULL;
	if (ci == NULL) {
		return;
	}
	const char *url = cell(&env, ci->url);
	fill(&build->ci_provider, ci->provider);
	fill(&build->project, cell(&env, ci->project));
	fill(&build->branch, cell(&env, ci->branch));
	fill(&build->id, build_id(&env, ci));
	fill(&build->number, cell(&env, ci->number));
	fill(&build->url, url != NULL ? bd_url_without_credentials(arena, url) : NULL);
	fill(&build->runner, cell(&env, ci->runner));
	*commit_out = commit_id(cell(&env, ci->commit));
}
