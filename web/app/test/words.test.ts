import { expect, test } from "vitest";
import { groupsOf, linesOf, wordsOf, wrongWith } from "../src/admin/words";

test("a line is words that mean the same, however they are divided", () => {
  expect(wordsOf(" 재택근무,원격 근무;\tWFH，wfh、 ")).toEqual(["재택근무", "원격 근무", "WFH"]);
  expect(wordsOf("한글".normalize("NFD"))).toEqual(["한글"]);
  expect(linesOf("연차\t연차 유급휴가\r\n\r\n  \n반차, 반일 휴가")).toEqual(["연차, 연차 유급휴가", "반차, 반일 휴가"]);
  expect(groupsOf([{ id: 1, text: "가, 나" }, { id: 2, text: " , " }])).toEqual([["가", "나"]]);
});

test("what the server would refuse is said before", () => {
  expect(["", "가, 나", "가", "가, 가", Array.from({ length: 21 }, (_, n) => "말" + n).join(), "가, " + "긴".repeat(34)].map(wrongWith)).toEqual(["", "", "glossary_one", "glossary_one", "glossary_many", "glossary_long"]);
});
