# SPDX-License-Identifier: Apache-2.0
# The store on SQLite: the mission's story, the recorded history of a tag, writers that are killed, many writers at once.
# shellcheck shell=bash disable=SC2154
need_tool python3 jq
# shellcheck source=../support/store.sh
. "$here/../support/store.sh"
check_story "sqlite:$PWD/story.db"
check_bytes "sqlite:$PWD/story.db"
check_history "sqlite:$PWD/history.db"
check_killed "sqlite:$PWD/killed.db" 200
check_writers "sqlite:$PWD/writers.db" 32
