// Package apps keeps the ledger of applications: the census before the upgrade against what became of every single application, each state with
// its evidence. A wrong "upgraded" costs users their data, so the rules lean to the careful side: success counts only when it was positively
// recognised, credible evidence of a failure outweighs silence, and what contradicts itself is shown as a conflict.
//
// The package is pure: servers, databases and files of other programs are behind the ports Census, UpgradeTable and Accessor.
//
// # The rule table
//
// Facts that are older than the upgrade (or rows that stood in APP_UPGRADE at the census already) are marked and don't count. Of the others,
// F are those that say failed, S those that say upgraded or recovered:
//
//	F none, S none   not in the server's list, or 404 on access: missing; accessed without an answer or begun: upgrading;
//	                 a row without an exception, or a page that was not recognised: unknown; nothing at all: pending
//	F none, S some   upgraded (or recovered, when S says so); missing when a 404 came after the success
//	F some, S none   failed
//	F some, S some   recovered, when the last access was fine and later than every failure, and either another source tells of a later success too
//	                 or only accesses had failed; unknown, when access is fine and another source tells of success, but nobody knows when the
//	                 failure happened; failed in all other cases. The conflict is shown in each of them
//
// Times of a log or database whose zone isn't known (loose) are compared with times of the same log only. A row of APP_UPGRADE without a time of its
// own has the time of the failure that the log tells for the same application. A person's word (signed off, recovered) decides unless a failure came
// later.
package apps
