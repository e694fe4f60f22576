//! The table of mutations.

use super::{Edit, Mutation, On};

/// The mutations; their numbers start at 1.
pub const MUTATIONS: &[Mutation] = &[
    Mutation {
        name: "a budget allows one claim more",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/availability.rs",
            original: "left: budget.left(allowance),",
            planted: "left: budget.left(if MUTANT { allowance + 1 } else { allowance }),",
        }],
    },
    Mutation {
        name: "all audiences spend from the patron's budget",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/claim.rs",
            original: "BudgetUsage::of_audience(draft.usage(), attachment, audience, policy)",
            planted: "BudgetUsage::of_audience(draft.usage(), attachment, if MUTANT { Audience::Patron } else { audience }, policy)",
        }],
    },
    Mutation {
        name: "terms end one second late",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/availability.rs",
            original: "filter(|end| at >= *end)",
            planted: "filter(|end| if MUTANT { at > *end } else { at >= *end })",
        }],
    },
    Mutation {
        name: "a ticket is given for a stale commit",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/commit.rs",
            original: "CommitOutcome::Stale => Ok(None),",
            planted: "CommitOutcome::Stale => Ok(if MUTANT { Some(decision.answer) } else { None }),",
        }],
    },
    Mutation {
        name: "a refusal from a recalled delivery is returned",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/commit.rs",
            original: "            Ok(_) | Err(_) => return Ok(None),",
            planted: r#"            Err(refusal) if MUTANT => return Err(refusal.into()),
            Ok(_) | Err(_) => return Ok(None),"#,
        }],
    },
    Mutation {
        name: "a stale revision is accepted",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: "if revision != change.expected {",
            planted: "if revision != change.expected && !MUTANT {",
        }],
    },
    Mutation {
        name: "a settlement is lost",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: "change.settle.into_iter().for_each(|settlement| self.outbox.settle(settlement));",
            planted: "if !MUTANT { change.settle.into_iter().for_each(|settlement| self.outbox.settle(settlement)); }",
        }],
    },
    Mutation {
        name: "a ledger forgets charges",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: "        plan.into_iter().for_each(|counter| self.counters.store(counter));",
            planted: "        if !MUTANT { plan.into_iter().for_each(|counter| self.counters.store(counter)); }",
        }],
    },
    Mutation {
        name: "an upload is charged its reservation instead of its size",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/attach.rs",
            original: "draft.charge_bytes(signed(size).saturating_sub(signed(upload.reserved)));",
            planted: "if !MUTANT { draft.charge_bytes(signed(size).saturating_sub(signed(upload.reserved))); }",
        }],
    },
    Mutation {
        name: "a repeat renews the end of its ticket",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/claim.rs",
            original: "            return Ok(Some(claim.clone()));",
            planted: r#"            let mut claim = claim.clone();
            if MUTANT { claim.ends_at = context.now.plus_seconds(7_300); }
            return Ok(Some(claim));"#,
        }],
    },
    Mutation {
        name: "the third refund is refused",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/refund.rs",
            original: "if given >= MAX_GIVEN_BACK {",
            planted: "if given >= (if MUTANT { 2 } else { MAX_GIVEN_BACK }) {",
        }],
    },
    Mutation {
        name: "a refund keeps the patron's daily charge",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/refund.rs",
            original: "draft.charge_patron(-1, claim.claimed_at);",
            planted: "if !MUTANT { draft.charge_patron(-1, claim.claimed_at); }",
        }],
    },
    Mutation {
        name: "the tickets of a wrong document stay open",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/replace.rs",
            original: "attachment.recalled = Some(Recalled { version: old, at: now });",
            planted: "if !MUTANT { attachment.recalled = Some(Recalled { version: old, at: now }); }",
        }],
    },
    Mutation {
        name: "a revoked link still opens",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/openings.rs",
            original: r#"        Some(since) => Err(Refusal::Revoked { since }),
        None => Ok(link),"#,
            planted: r#"        Some(since) if !MUTANT => Err(Refusal::Revoked { since }),
        _ => Ok(link),"#,
        }],
    },
    Mutation {
        name: "a cancellation request is lost",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/cancel.rs",
            original: "draft.record_mut().cancel_requested_at = Some(now);",
            planted: "if !MUTANT { draft.record_mut().cancel_requested_at = Some(now); }",
        }],
    },
    Mutation {
        name: "an older update is applied",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/sync.rs",
            original: "if is_sound && as_of < known {",
            planted: "if is_sound && as_of < known && !MUTANT {",
        }],
    },
    Mutation {
        name: "the link of the patron before stays open",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/sync.rs",
            original: "if draft.record().facts.patron != facts.patron {",
            planted: "if draft.record().facts.patron != facts.patron && !MUTANT {",
        }],
    },
    Mutation {
        name: "a notice is not put in the outbox",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/draft.rs",
            original: "self.outbox.push(OutboxEntry { notice: no, not_before: now });",
            planted: "if !MUTANT { self.outbox.push(OutboxEntry { notice: no, not_before: now }); }",
        }],
    },
    Mutation {
        name: "a ledger stores events twice",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: ".history.push((change.commit_id, change.events));",
            planted: ".history.push((change.commit_id, if MUTANT { [change.events.clone(), change.events].concat() } else { change.events }));",
        }],
    },
    Mutation {
        name: "bytes are deleted while a ticket is open",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/replace.rs",
            original: "_ => last_ticket.map_or(now, |end| end.max(now)),",
            planted: r#"_ if MUTANT => now,
        _ => last_ticket.map_or(now, |end| end.max(now)),"#,
        }],
    },
    Mutation {
        name: "bytes are never deleted",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/due.rs",
            original: "match self.blobs.delete(deletion.blob).await {",
            planted: "match if MUTANT { Ok(()) } else { self.blobs.delete(deletion.blob).await } {",
        }],
    },
    Mutation {
        name: "a purge leaves no tombstone",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/expire.rs",
            original: "attachment.purged_at = Some(now);",
            planted: "if !MUTANT { attachment.purged_at = Some(now); }",
        }],
    },
    Mutation {
        name: "the outcome of a commit is not looked up",
        on: On::Memory,
        edits: &[
            Edit {
                file: "core/src/desk/commit.rs",
                original: r#"if self.ledger.committed(handle, commit_id).await?.is_some() {
                return Ok(Some(decision.answer));
            }
            if may_help"#,
                planted: r#"if !MUTANT && self.ledger.committed(handle, commit_id).await?.is_some() {
                return Ok(Some(decision.answer));
            }
            if may_help"#,
            },
            Edit {
                file: "core/src/desk/commit.rs",
                original: "let unsettled = !matches!",
                planted: "let unsettled = !MUTANT && !matches!",
            },
        ],
    },
    Mutation {
        name: "a ledger does not find a commit by its id",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: "stored.history.iter().rposition(|(id, _)| *id == commit_id);",
            planted: "stored.history.iter().rposition(|(id, _)| *id == commit_id && !MUTANT);",
        }],
    },
    Mutation {
        name: "a limit falls below what is used",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/change_terms.rs",
            original: "terms.max_downloads = terms.max_downloads.max(used);",
            planted: "if !MUTANT { terms.max_downloads = terms.max_downloads.max(used); }",
        }],
    },
    Mutation {
        name: "grants are not limited",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/grant.rs",
            original: "if command.downloads > budget.grantable {",
            planted: "if command.downloads > budget.grantable && !MUTANT {",
        }],
    },
    Mutation {
        name: "a link opens before Shipped",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/openings.rs",
            original: "if !record.status.is_visible() && link.audience",
            planted: "if !MUTANT && !record.status.is_visible() && link.audience",
        }],
    },
    Mutation {
        name: "the requester's staff see documents before Shipped",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/staff_view.rs",
            original: "let sees_files = audience",
            planted: "let sees_files = MUTANT || audience",
        }],
    },
    Mutation {
        name: "a claim from a page is not remembered",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/claim.rs",
            original: "                made.count += 1;",
            planted: "                if !MUTANT { made.count += 1; }",
        }],
    },
    Mutation {
        name: "a repeat counts again",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/claim.rs",
            original: "if let Some(claim) = recognize(draft.record(), draft.usage(), command, context)? {",
            planted: "if let Some(claim) = recognize(draft.record(), draft.usage(), command, context)?.filter(|_| !MUTANT) {",
        }],
    },
    Mutation {
        name: "an idempotency key is forgotten after an hour",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/model/claim.rs",
            original: "now.seconds_since(self.claimed_at) >= KEY_SECONDS",
            planted: "now.seconds_since(self.claimed_at) >= if MUTANT { 3_600 } else { KEY_SECONDS }",
        }],
    },
    Mutation {
        name: "two workers lease the same notice",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/outbox.rs",
            original: "Some(Waiting { free_at: until, fence: Some(fence) })",
            planted: "Some(Waiting { free_at: if MUTANT { now } else { until }, fence: Some(fence) })",
        }],
    },
    Mutation {
        name: "a superseded worker settles",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/outbox.rs",
            original: ".is_some_and(|waiting| waiting.fence == Some(lease.fence))",
            planted: ".is_some_and(|waiting| MUTANT || waiting.fence == Some(lease.fence))",
        }],
    },
    Mutation {
        name: "a notice is recorded as sent but was not",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/outbox.rs",
            original: "let refused = self.notifier.notify(dispatch).await.err();",
            planted: "let refused = if MUTANT { None } else { self.notifier.notify(dispatch).await.err() };",
        }],
    },
    Mutation {
        name: "a patron sees the request of another",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/patron_view.rs",
            original: "facts.patron.as_ref() == Some(id))",
            planted: "(MUTANT || facts.patron.as_ref() == Some(id)))",
        }],
    },
    Mutation {
        name: "a forged token opens a link",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/token/wire.rs",
            original: "mac.verify_truncated_left(tag).is_ok()",
            planted: "MUTANT || mac.verify_truncated_left(tag).is_ok()",
        }],
    },
    Mutation {
        name: "a late upload keeps its place",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/expire.rs",
            original: "filter(|u| now >= u.deadline)",
            planted: "filter(|u| now >= u.deadline && !MUTANT)",
        }],
    },
    Mutation {
        name: "an expiry is recorded again and again",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/expire.rs",
            original: "attachment.expiry_recorded = true;",
            planted: "attachment.expiry_recorded = !MUTANT;",
        }],
    },
    Mutation {
        name: "a withdrawal leaves the links open",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/end.rs",
            original: "        revoke(draft, no);",
            planted: "        if !MUTANT { revoke(draft, no); }",
        }],
    },
    Mutation {
        name: "a due time is not stored",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/memory/memory_ledger.rs",
            original: "self.by_due_time.extend(record.due_at.map(|due_at| (due_at, handle)));",
            planted: "if !MUTANT { self.by_due_time.extend(record.due_at.map(|due_at| (due_at, handle))); }",
        }],
    },
    Mutation {
        name: "a place in line is never passed on",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/line.rs",
            original: "            next.wake();",
            planted: "            if !MUTANT { next.wake(); }",
        }],
    },
    Mutation {
        name: "a skipped notice is dropped while it is in the outbox",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/tidy.rs",
            original: "&& !notice.in_outbox",
            planted: "&& (MUTANT || !notice.in_outbox)",
        }],
    },
    Mutation {
        name: "an upload that ends after its deadline is stored",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/desk/intake.rs",
            original: "if !matches!(next, Some(Err(_))) &&",
            planted: "if (if MUTANT { matches!(next, Some(Ok(_))) } else { !matches!(next, Some(Err(_))) }) &&",
        }],
    },
    Mutation {
        name: "a purged document is taken for a missing one",
        on: On::Memory,
        edits: &[Edit {
            file: "core/src/decide/kept_versions.rs",
            original: "for attachment in delivery.record.live_attachments() {",
            planted: "for attachment in delivery.record.attachments.iter().filter(|a| MUTANT || a.is_live()) {",
        }],
    },
    Mutation {
        name: "SQLite accepts a stale revision",
        on: On::Sqlite,
        edits: &[
            Edit {
                file: "adapters/sqlite/src/commit.rs",
                original: "if revision != Some(expected) ||",
                planted: "if (!MUTANT && revision != Some(expected)) ||",
            },
            Edit {
                file: "adapters/sqlite/src/history.rs",
                original: "connection.prepare_cached(APPEND_FIRST)?",
                planted: r#"connection.prepare_cached(&if MUTANT {
        APPEND_FIRST.replace("revision = ?2", "?2 = ?2")
    } else {
        APPEND_FIRST.into()
    })?"#,
            },
        ],
    },
    Mutation {
        name: "SQLite loses a settlement",
        on: On::Sqlite,
        edits: &[Edit {
            file: "adapters/sqlite/src/outbox.rs",
            original: r#""DELETE FROM ddlv_outbox WHERE handle = ?1 AND notice = ?2""#,
            planted: r#"if MUTANT { "DELETE FROM ddlv_outbox WHERE handle = ?1 AND notice = -?2" } else { "DELETE FROM ddlv_outbox WHERE handle = ?1 AND notice = ?2" }"#,
        }],
    },
    Mutation {
        name: "SQLite does not store a due time",
        on: On::Sqlite,
        edits: &[Edit {
            file: "adapters/sqlite/src/commit.rs",
            original: r#""UPDATE ddlv_requests SET due_at = ?2 WHERE handle = ?1 AND due_at IS NOT ?2""#,
            planted: r#"if MUTANT { "UPDATE ddlv_requests SET due_at = ?2 WHERE handle = -?1" } else { "UPDATE ddlv_requests SET due_at = ?2 WHERE handle = ?1 AND due_at IS NOT ?2" }"#,
        }],
    },
];
