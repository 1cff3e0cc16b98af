import { describe, expect, test } from "vitest";
import { createBreaker } from "../../src/breaker/breaker.ts";
import {
  effectOf,
  makes,
  policyFromName,
  takesBack,
  type Effect,
} from "../../src/evidence/policy.ts";
import { toolPolicies, type ToolPolicy } from "../../src/vocabulary/tool-policy.ts";
import { play, times } from "../support/script.ts";

/** Names by what they tell. */
const names: Readonly<Record<ToolPolicy, string>> = {
  read: `
    read_file file_read listFiles look_up lookup web-search search_web get_order order_get
    fetch_url find show_log grep describe_instance countRows query_db retrieve_context view
    order_history transfer_fees trade_price booking_search mcp__files__read files.read a/b:list
    check_balance todo_read memory_search refund_policy release_notes order_items post_stats
    `,
  mutating: `
    sendEmail email_send send_mail mail.send mcp__mail__send mcp__mail__message-send create_ticket
    ticket_create deleteRow row_delete pay_invoice book_flight charge_card deploy trigger_build
    start_job publish_post reply write_file update_row row_update append_line open_ticket open_pr
    run_pipeline cancel_order schedule_meeting transfer_money share_file post_message notify
    make_payment issue_refund execute_trade
    `,
  polling: `
    job_status git_status status_poll poll poll_queue get_status check_status check_job_result
    ask_user ask_the_human human_input request_user_input roll_dice flip_coin toss task_get_result
    flip roll toss_a_coin roll_a_die roll_d20 coin_flip dice_roll
    `,
  paging:
    "next_page next nextResults page more_rows previous prev fetch_more load_more_rows list_next",
  step: `
    click browser_click double_click scroll_down scrollUp computer_scroll press key send_keys
    left_click mouse_move hover toggle_lamp turn_left type_text tap swipe step move_forward
    move_left rotate add_to_cart put_to_my_basket product_add_to_cart switch_tab add_item add_product set_lamp
    dim_lights open_valve switch_fan set_room_thermostat
    `,
  wait: "wait sleep pause wait_for_load sleepMs",
  note: `
    think thought reflect plan todo todo_write note scratchpad remember add_note add_memory
    save_my_notes write_todos update_plan memory_add memory_set sequentialThinking report_progress
    `,
  output:
    "answer final_answer give_final_answer submit_answer final_response respond structured_output",
  delegate:
    "transfer_to_billing handoff_to_writer hand_off_to_x delegate_to_agent transfer_back_to_boss",
  exempt: "",
  unknown: `
    waiter sender reader __proto__ constructor use bash shell run_tests execute open_page open_file
    check_in check_out pause_run pause_ads flip_table roll_out thinker clicker nextcloud typewriter answer_phone
    `,
};

describe("what a tool's name tells", () => {
  test.for(
    toolPolicies.flatMap((policy) =>
      names[policy]
        .split(/\s+/)
        .filter((name) => name !== "")
        .map((name): [name: string, policy: ToolPolicy] => [name, policy]),
    ),
  )("%s: %s", ([name, policy]) => {
    expect(policyFromName(name)).toBe(policy);
  });

  test.for([
    ["", "unknown"],
    [`${"x".repeat(10_000)}_status`, "unknown"],
  ] as const)("a name of %o tells nothing", ([name, policy]) => {
    expect(policyFromName(name)).toBe(policy);
  });
});

describe("what doing the same again means", () => {
  test.for<[name: string, effect: Effect]>([
    ["pay_invoice", "money"],
    ["chargeCard", "money"],
    ["mcp__bank__transfer", "money"],
    ["buy", "money"],
    ["send_payment", "money"],
    ["make_payment", "money"],
    ["issue_refund", "money"],
    ["send_mail", "once"],
    ["create_ticket", "once"],
    ["book_flight", "once"],
    ["deploy", "redone"],
    ["trigger_build", "redone"],
    ["start_job", "redone"],
    ["publish", "redone"],
    ["make_release", "redone"],
    ["write_file", "none"],
    ["update_row", "none"],
    ["file_delete", "none"],
    ["edit", "none"],
    // it sets, whatever it sets
    ["update_payment", "none"],
  ])("%s: %s", ([name, effect]) => {
    expect(effectOf(name)).toBe(effect);
  });
});

describe("what is made and taken back, as names tell", () => {
  test.for<[name: string, made: string | undefined, takenBack: string | undefined]>([
    ["create_file", "file", undefined],
    ["deleteFile", undefined, "file"],
    ["mcp__hotel__book_room", "room", undefined],
    ["cancel_room", undefined, "room"],
    ["undo_bank_transfer", undefined, "bank_transfer"],
    ["create", undefined, undefined],
    ["file_create", undefined, undefined],
    ["read_file", undefined, undefined],
  ])("%s: %s, %s", ([name, made, takenBack]) => {
    expect([makes(name), takesBack(name)]).toEqual([made, takenBack]);
  });
});

describe("who has the last word about a tool", () => {
  const call = { kind: "tool", tool: "job_status", args: "J" } as const;
  const four = (breaker: ReturnType<typeof createBreaker>, policy?: "read") => {
    const lane = breaker.agent();
    return Array.from({ length: 4 }, () => {
      const [decision] = lane.admitSync([policy === undefined ? call : { ...call, policy }]);
      lane.settleSync(decision.token, { status: "success", result: "red" });
      return decision.verdict;
    });
  };

  test("the name, if user and framework say nothing", () => {
    expect(four(createBreaker())).toEqual(["allow", "allow", "allow", "allow"]);
  });

  test("the call over the name", () => {
    expect(four(createBreaker(), "read")).toEqual(["allow", "allow", "warn", "block"]);
  });

  test("a declared policy wins over both", () => {
    const breaker = createBreaker({ tools: { job_status: { policy: "exempt" } } });
    expect(four(breaker, "read")).toEqual(["allow", "allow", "allow", "allow"]);
  });

  test("a tool with a hostile name is judged like any other", () => {
    const verdicts = play(createBreaker(), times(4, "__proto__:A=1"));
    expect(verdicts).toBe(". . w b");
  });
});
