/* SPDX-License-Identifier: Apache-2.0 */
#include "test.h"

#include "basedrift/origin.h"

#include "base/auto.h"

#define COMMIT "0123456789abcdef0123456789abcdef01234567"

/* "NAME=value" …, NULL at the end */
static const char *from_table(const char *name, void *context)
{
	const size_t n = strlen(name);
	for (const char *const *entry = *(const char *const **)context; *entry != NULL; entry++) {
		if (strncmp(*entry, name, n) == 0 && (*entry)[n] == '=') {
			return *entry + n + 1;
		}
	}
	return NULL;
}

struct ci_case {
	const char *env[14];
	const char *provider, *project, *branch, *id, *number, *url, *runner, *commit;
};

static void assert_text(const char *what, const char *provider, const char *found, const char *expected)
{
	if (!bd_streq(found, expected)) {
		fail_msg("%s of %s: %s, not %s", what, provider, found != NULL ? found : "nothing",
			expected != NULL ? expected : "nothing");
	}
}

static void check_case(const struct ci_case *c)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_build build = { .project = NULL };
	const char *const *env = c->env;
	const char *commit = "x";
	bd_ci_read(from_table, &env, &arena, &build, &commit);
	assert_text("provider", c->provider, build.ci_provider, c->provider);
	assert_text("project", c->provider, build.project, c->project);
	assert_text("branch", c->provider, build.branch, c->branch);
	assert_text("id", c->provider, build.id, c->id);
	assert_text("number", c->provider, build.number, c->number);
	assert_text("url", c->provider, build.url, c->url);
	assert_text("runner", c->provider, build.runner, c->runner);
	assert_text("commit", c->provider, commit, c->commit);
}

static const struct ci_case cases[] = {
	{ .env = { NULL } },
	{ .env = { "GITHUB_ACTIONS=true", "CI=true", "GITHUB_REPOSITORY=o/r", "GITHUB_REF_NAME=7/merge",
		  "GITHUB_HEAD_REF=fix", "GITHUB_RUN_ID=123456", "GITHUB_RUN_ATTEMPT=2", "GITHUB_RUN_NUMBER=42",
		  "GITHUB_SERVER_URL=https://github.com", "RUNNER_NAME=r1", "GITHUB_SHA=" COMMIT },
		.provider = "github-actions",
		.project = "o/r",
		.branch = "fix",
		.id = "123456.2",
		.number = "42",
		.url = "https://github.com/o/r/actions/runs/123456",
		.runner = "r1",
		.commit = COMMIT },
	{ .env = { "GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=o/r", "GITHUB_REF_NAME=main",
		  "GITHUB_HEAD_REF=", "GITHUB_RUN_ID=1", "GITHUB_RUN_ATTEMPT=1" },
		.provider = "github-actions",
		.project = "o/r",
		.branch = "main",
		.id = "1" },
	{ .env = { "GITEA_ACTIONS=true", "GITHUB_ACTIONS=true", "GITHUB_RUN_ID=5" },
		.provider = "gitea-actions",
		.id = "5" },
	{ .env = { "GITLAB_CI=true", "CI=true", "CI_PROJECT_PATH=g/p", "CI_COMMIT_BRANCH=main", "CI_JOB_ID=9",
		  "CI_PIPELINE_IID=3", "CI_JOB_URL=https://u:p@gitlab.example/g/p/-/jobs/9",
		  "CI_RUNNER_DESCRIPTION=big one", "CI_COMMIT_SHA=" COMMIT },
		.provider = "gitlab-ci",
		.project = "g/p",
		.branch = "main",
		.id = "9",
		.number = "3",
		.url = "https://gitlab.example/g/p/-/jobs/9",
		.runner = "big one",
		.commit = COMMIT },
	{ .env = { "GITLAB_CI=true", "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=topic", "CI_COMMIT_REF_NAME=x" },
		.provider = "gitlab-ci",
		.branch = "topic" },
	{ .env = { "JENKINS_URL=https://j/", "JOB_NAME=f/app", "GIT_BRANCH=origin/master", "BUILD_TAG=jenkins-f-app-4",
		  "BUILD_NUMBER=4", "BUILD_URL=https://j/job/4/", "NODE_NAME=built-in", "GIT_COMMIT=" COMMIT },
		.provider = "jenkins",
		.project = "f/app",
		.branch = "master",
		.id = "jenkins-f-app-4",
		.number = "4",
		.url = "https://j/job/4/",
		.runner = "built-in",
		.commit = COMMIT },
	{ .env = { "JENKINS_URL=https://j/", "CHANGE_BRANCH=topic", "BRANCH_NAME=PR-3" },
		.provider = "jenkins",
		.branch = "topic" },
	{ .env = { "CIRCLECI=true", "CIRCLE_PROJECT_USERNAME=o", "CIRCLE_PROJECT_REPONAME=r", "CIRCLE_BRANCH=b",
		  "CIRCLE_WORKFLOW_JOB_ID=j", "CIRCLE_BUILD_NUM=8", "CIRCLE_BUILD_URL=https://c/8",
		  "CIRCLE_SHA1=" COMMIT },
		.provider = "circleci",
		.project = "o/r",
		.branch = "b",
		.id = "j",
		.number = "8",
		.url = "https://c/8",
		.commit = COMMIT },
	{ .env = { "BUILDKITE=true", "BUILDKITE_ORGANIZATION_SLUG=o", "BUILDKITE_PIPELINE_SLUG=p", "BUILDKITE_BRANCH=b",
		  "BUILDKITE_JOB_ID=j", "BUILDKITE_BUILD_NUMBER=8", "BUILDKITE_BUILD_URL=https://b/8",
		  "BUILDKITE_AGENT_NAME=a", "BUILDKITE_COMMIT=HEAD" },
		.provider = "buildkite",
		.project = "o/p",
		.branch = "b",
		.id = "j",
		.number = "8",
		.url = "https://b/8#j",
		.runner = "a" },
	{ .env = { "TF_BUILD=True", "BUILD_REPOSITORY_NAME=o/r", "SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/a/b",
		  "BUILD_SOURCEBRANCH=refs/pull/1/merge", "BUILD_BUILDID=77", "BUILD_BUILDNUMBER=20260101.1",
		  "SYSTEM_JOBATTEMPT=3", "SYSTEM_COLLECTIONURI=https://dev.azure.com/o/", "SYSTEM_TEAMPROJECTID=g",
		  "AGENT_NAME=a", "BUILD_SOURCEVERSION=" COMMIT },
		.provider = "azure-pipelines",
		.project = "o/r",
		.branch = "a/b",
		.id = "77.3",
		.number = "20260101.1",
		.url = "https://dev.azure.com/o/g/_build/results?buildId=77",
		.runner = "a",
		.commit = COMMIT },
	{ .env = { "TRAVIS=true", "TRAVIS_REPO_SLUG=o/r", "TRAVIS_BRANCH=b",
		  "TRAVIS_PULL_REQUEST_BRANCH=", "TRAVIS_BUILD_ID=1", "TRAVIS_BUILD_NUMBER=2",
		  "TRAVIS_BUILD_WEB_URL=https://t/1", "TRAVIS_COMMIT=" COMMIT },
		.provider = "travis-ci",
		.project = "o/r",
		.branch = "b",
		.id = "1",
		.number = "2",
		.url = "https://t/1",
		.commit = COMMIT },
	{ .env = { "BITBUCKET_BUILD_NUMBER=5", "BITBUCKET_REPO_FULL_NAME=o/r", "BITBUCKET_BRANCH=b",
		  "BITBUCKET_PIPELINE_UUID={u}", "BITBUCKET_COMMIT=" COMMIT },
		.provider = "bitbucket-pipelines",
		.project = "o/r",
		.branch = "b",
		.id = "{u}",
		.number = "5",
		.url = "https://bitbucket.org/o/r/pipelines/results/5",
		.commit = COMMIT },
	{ .env = { "TEAMCITY_VERSION=2024.1", "TEAMCITY_PROJECT_NAME=P", "TEAMCITY_BUILDCONF_NAME=B", "BUILD_NUMBER=6",
		  "BUILD_VCS_NUMBER=" COMMIT },
		.provider = "teamcity",
		.project = "P/B",
		.id = "6",
		.number = "6",
		.commit = COMMIT },
	{ .env = { "DRONE=true", "CI=true", "DRONE_REPO=o/r", "DRONE_BRANCH=main", "DRONE_SOURCE_BRANCH=topic",
		  "DRONE_BUILD_NUMBER=7", "DRONE_BUILD_LINK=https://d/7", "DRONE_STAGE_MACHINE=m",
		  "DRONE_COMMIT_SHA=" COMMIT },
		.provider = "drone",
		.project = "o/r",
		.branch = "topic",
		.id = "o/r/7",
		.number = "7",
		.url = "https://d/7",
		.runner = "m",
		.commit = COMMIT },
	{ .env = { "CI=woodpecker", "CI_REPO=o/r", "CI_COMMIT_BRANCH=main", "CI_PIPELINE_NUMBER=7",
		  "CI_PIPELINE_URL=https://w/7", "CI_MACHINE=m", "CI_COMMIT_SHA=" COMMIT },
		.provider = "woodpecker",
		.project = "o/r",
		.branch = "main",
		.id = "o/r/7",
		.number = "7",
		.url = "https://w/7",
		.runner = "m",
		.commit = COMMIT },
	{ .env = { "APPVEYOR=True", "APPVEYOR_ACCOUNT_NAME=a", "APPVEYOR_PROJECT_SLUG=p", "APPVEYOR_REPO_BRANCH=b",
		  "APPVEYOR_BUILD_ID=1", "APPVEYOR_BUILD_NUMBER=2", "APPVEYOR_URL=https://ci.appveyor.com",
		  "APPVEYOR_REPO_COMMIT=" COMMIT },
		.provider = "appveyor",
		.project = "a/p",
		.branch = "b",
		.id = "1",
		.number = "2",
		.url = "https://ci.appveyor.com/project/a/p/builds/1",
		.commit = COMMIT },
	{ .env = { "CODEBUILD_BUILD_ID=proj:uuid", "CODEBUILD_WEBHOOK_HEAD_REF=refs/heads/b",
		  "CODEBUILD_BUILD_NUMBER=3", "CODEBUILD_BUILD_URL=https://x",
		  "CODEBUILD_RESOLVED_SOURCE_VERSION=" COMMIT },
		.provider = "aws-codebuild",
		.project = "proj",
		.branch = "b",
		.id = "proj:uuid",
		.number = "3",
		.url = "https://x",
		.commit = COMMIT },
	{ .env = { "BUILDER_OUTPUT=/builder/outputs", "PROJECT_ID=p", "BUILD_ID=u", "REPO_NAME=r", "BRANCH_NAME=b",
		  "COMMIT_SHA=" COMMIT },
		.provider = "google-cloud-build",
		.project = "r",
		.branch = "b",
		.id = "u",
		.url = "https://console.cloud.google.com/cloud-build/builds/u?project=p",
		.commit = COMMIT },
	{ .env = { "SEMAPHORE=true", "SEMAPHORE_GIT_REPO_SLUG=o/r", "SEMAPHORE_GIT_BRANCH=b", "SEMAPHORE_JOB_ID=j",
		  "SEMAPHORE_WORKFLOW_NUMBER=4", "SEMAPHORE_ORGANIZATION_URL=https://o.semaphoreci.com",
		  "SEMAPHORE_AGENT_MACHINE_TYPE=e1", "SEMAPHORE_GIT_SHA=" COMMIT },
		.provider = "semaphore",
		.project = "o/r",
		.branch = "b",
		.id = "j",
		.number = "4",
		.url = "https://o.semaphoreci.com/jobs/j",
		.runner = "e1",
		.commit = COMMIT },
	{ .env = { "CIRRUS_CI=true", "CIRRUS_REPO_FULL_NAME=o/r", "CIRRUS_BRANCH=b", "CIRRUS_TASK_ID=1",
		  "CIRRUS_CHANGE_IN_REPO=" COMMIT },
		.provider = "cirrus-ci",
		.project = "o/r",
		.branch = "b",
		.id = "1",
		.url = "https://cirrus-ci.com/task/1",
		.commit = COMMIT },
	{ .env = { "CI=true", "BUILD_ID=12", "BRANCH_NAME=b", "GIT_COMMIT=abc" },
		.provider = "generic",
		.branch = "b",
		.id = "12" },
	{ .env = { "CI=false", "BUILD_ID=12" } },
	{ .env = { "GITHUB_ACTIONS=false", "CI=1" }, .provider = "generic" },
};

static void test_bd_ci_read_products(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		check_case(&cases[i]);
	}
}

static void test_bd_ci_read_keeps_members(void **state)
{
	AUTO(bd_arena_release) struct bd_arena arena = { .head = NULL };
	struct bd_build build = { .project = "mine", .id = "1" };
	const char *const entries[] = { "GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=o/r", "GITHUB_RUN_ID=2",
		"GITHUB_RUN_NUMBER=3", NULL };
	const char *const *env = entries;
	const char *commit;
	(void)state;
	bd_ci_read(from_table, &env, &arena, &build, &commit);
	assert_string_equal(build.project, "mine");
	assert_string_equal(build.id, "1");
	assert_string_equal(build.number, "3");
	assert_null(commit);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bd_ci_read_products),
		cmocka_unit_test(test_bd_ci_read_keeps_members),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
