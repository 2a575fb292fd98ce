"""Labelled texts are found in files that nobody here has seen, or it is said what is missing."""

from pathlib import Path

import pytest

from tickets.triage.reading_csv import UnreadableRows, read_labelled, read_texts


def write(folder: Path, content: str | bytes, name: str = "rows.csv") -> Path:
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


@pytest.mark.parametrize(
    "content",
    [
        "text,label\nNo sound,technical\nWrong VAT,billing\n",
        "label,text\ntechnical,No sound\nbilling,Wrong VAT\n",
        "\ufeffText,Category\r\nNo sound,technical\r\nWrong VAT,billing\r\n",
        'id;"Utterance";"Intent"\n1;"No sound";"technical"\n2;"Wrong VAT";"billing"\n',
        "message\tclass\nNo sound\ttechnical\nWrong VAT\tbilling\n",
        "subject|queue\nNo sound|technical\nWrong VAT|billing\n",
        "No sound,technical\nWrong VAT,billing\n",
        "technical,No sound\nbilling,Wrong VAT\n",
        "text,label\n\nNo sound,technical\n,,\nWrong VAT,billing",
    ],
)
def test_header_separator_and_order_are_found_out(content: str, tmp_path: Path):
    found = read_labelled(write(tmp_path, content))

    assert found.texts == ["No sound", "Wrong VAT"]
    assert found.labels == ["technical", "billing"]


def test_title_and_description_are_read_as_one_text(tmp_path: Path):
    found = read_labelled(write(tmp_path, 'title,description,label\nSound,"It is ""gone"",\nsince noon",technical\n'))

    assert found.texts == ['Sound. It is "gone", since noon']


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_encodings_of_spreadsheets_are_read(encoding: str, tmp_path: Path):
    found = read_labelled(write(tmp_path, "text,label\nTür schließt nicht,größe\n".encode(encoding)))

    assert (found.texts, found.labels) == (["Tür schließt nicht"], ["größe"])


def test_incomplete_rows_are_counted_and_left_out(tmp_path: Path):
    found = read_labelled(write(tmp_path, "text,label\nNo sound,technical\n,billing\nWrong VAT,\nshort\n"))

    assert (found.texts, found.skipped) == (["No sound"], 3)


def test_a_huge_row_is_read(tmp_path: Path):
    found = read_labelled(write(tmp_path, f"text,label\n{'word ' * 200_000},technical\nNo sound,technical\n"))

    assert len(found.texts) == 2


def test_columns_can_be_named(tmp_path: Path):
    file = write(tmp_path, "a,b,label\nNo sound,technical,x\n")

    assert read_labelled(file, text_column="a", label_column="B").labels == ["technical"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("", "is empty"),
        ("text,label\n", "no row with a text and a label"),
        ("text,colour\nNo sound,red\n", "no column for the label; its columns are: text, colour"),
        ("noise,label\nNo sound,red\n", "no column for the text"),
        ("a,b,c\n1,2,3\n", "needs columns called text and label"),
    ],
)
def test_what_is_missing_is_said(content: str, says: str, tmp_path: Path):
    with pytest.raises(UnreadableRows, match=says):
        read_labelled(write(tmp_path, content))


def test_a_missing_file_is_said(tmp_path: Path):
    with pytest.raises(UnreadableRows, match="can't be read"):
        read_labelled(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    "content", ["text\nwho won\nwhat time\n", "who won\nwhat time\n", "text,label\nwho won,oos\nwhat time,oos\n"]
)
def test_texts_alone_are_read(content: str, tmp_path: Path):
    assert read_texts(write(tmp_path, content)) == ["who won", "what time"]
