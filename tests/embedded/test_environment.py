"""What the processes of the product are told."""

from pathlib import Path

from helpdesk.embedded.environment import environment_for, read_dotenv


def test_dotenv_is_read_as_its_example_is_written(tmp_path: Path):
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\nSITE_URL=https://help.example.com\nexport LOG_LEVEL = 'DEBUG'\nEMAIL_FROM=\"Help <h@example.com>\"\n"
        "PORT=8000 # and why\nEMPTY=\nnonsense\n"
    )

    assert read_dotenv(file) == {
        "SITE_URL": "https://help.example.com",
        "LOG_LEVEL": "DEBUG",
        "EMAIL_FROM": "Help <h@example.com>",
        "PORT": "8000",
    }


def test_no_dotenv_is_no_error(tmp_path: Path):
    assert read_dotenv(tmp_path / ".env") == {}


def test_a_persons_settings_win_over_our_defaults_but_not_over_what_we_know(tmp_path: Path):
    environment = environment_for(
        {"SITE_URL": "https://help.example.com", "DATA_DIR": "/elsewhere", "EMAIL_URL": "smtp://localhost:25"},
        addresses={"DATABASE_URL": "postgres://…", "REDIS_URL": "unix://…"},
        data=tmp_path,
        secret_key="made for this installation",
        SITE_URL="http://localhost:8000",
    )

    assert environment["SITE_URL"] == "https://help.example.com"
    assert environment["EMAIL_URL"] == "smtp://localhost:25"
    assert environment["SECRET_KEY"] == "made for this installation"
    assert environment["DEBUG"] == "0"
    assert environment["DATA_DIR"] == str(tmp_path)
