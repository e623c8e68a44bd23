using System.Text;

namespace MlOps.Datasets;

public sealed class CsvTableReaderTests
{
    private readonly CsvTableReader _reader = new();

    /// <summary>The expected figures are those of Python's csv and statistics modules (fmean, stdev) for the same file.</summary>
    [Test]
    public async Task Flights_are_profiled_as_Python_computes_them()
    {
        var profile = await ReadFileAsync("flights-20k.csv");

        Assert.That(profile.Rows, Is.EqualTo(20_000));
        Assert.That(
            profile.Columns.Select(static column => (column.Name, column.Type, column.Distinct)),
            Is.EqualTo(new (string, ColumnType, long?)[]
            {
                ("date", ColumnType.String, null), // 17,729 different ones are more than are counted
                ("delay", ColumnType.Integer, 289),
                ("distance", ColumnType.Integer, 1050),
                ("origin", ColumnType.String, 220),
                ("destination", ColumnType.String, 223),
            }));
        AssertNumbers(profile.Columns[1], -59, 522, 7.7039, 31.318537119865073);
        AssertNumbers(profile.Columns[2], 30, 4475, 723.8467, 562.7055846336154);
        Assert.That((profile.Columns[0].Shortest, profile.Columns[0].Longest), Is.EqualTo((16, 16)));
    }

    /// <summary>The expected figures are those of Python's csv and statistics modules (fmean, stdev) for the same file.</summary>
    [Test]
    public async Task Weather_is_profiled_as_Python_computes_it()
    {
        var profile = await ReadFileAsync("seattle-weather.csv");

        Assert.That(profile.Rows, Is.EqualTo(1461));
        Assert.That(
            profile.Columns.Select(static column => (column.Name, column.Type, column.Nulls, column.Distinct)),
            Is.EqualTo(new (string, ColumnType, long, long?)[]
            {
                ("date", ColumnType.Date, 0, 1461),
                ("precipitation", ColumnType.Number, 0, 111),
                ("temp_max", ColumnType.Number, 0, 67),
                ("temp_min", ColumnType.Number, 0, 55),
                ("wind", ColumnType.Number, 0, 79),
                ("weather", ColumnType.String, 0, 5),
            }));
        AssertNumbers(profile.Columns[1], 0, 55.9, 3.02943189596167, 6.680194322314738);
        AssertNumbers(profile.Columns[2], -1.6, 35.6, 16.43908281998631, 7.349758097360177);
        AssertNumbers(profile.Columns[3], -7.1, 18.3, 8.234770704996578, 5.023004179961265);
        AssertNumbers(profile.Columns[4], 0.4, 9.5, 3.24113620807666, 1.4378250588746195);
        Assert.That(profile.Columns[0].Earliest, Is.EqualTo(new DateTimeOffset(2012, 1, 1, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(profile.Columns[0].Latest, Is.EqualTo(new DateTimeOffset(2015, 12, 31, 0, 0, 0, TimeSpan.Zero)));
        Assert.That((profile.Columns[5].Shortest, profile.Columns[5].Longest), Is.EqualTo((3, 7)));
    }

    [TestCase("1\n-2\n+3\n", ColumnType.Integer)]
    [TestCase("1\n2.5\n", ColumnType.Number)]
    [TestCase("1e3\n-.5\n", ColumnType.Number)]
    [TestCase("9223372036854775807\n", ColumnType.Integer)]
    [TestCase("9223372036854775808\n", ColumnType.Number)]
    [TestCase("1\nNA\n", ColumnType.String)]
    [TestCase("1,5\n", ColumnType.String)]
    [TestCase("01067\n10115\n", ColumnType.String)]
    [TestCase("0\n0.5\n", ColumnType.Number)]
    [TestCase("true\nFALSE\n", ColumnType.Boolean)]
    [TestCase("true\n1\n", ColumnType.String)]
    [TestCase("2026-03-01\n", ColumnType.Date)]
    [TestCase("2026-03-01\n2026-03-01T12:00:00Z\n", ColumnType.DateTime)]
    [TestCase("2026-03-01 12:00\n2026-03-01T12:00:00.125+02:00\n", ColumnType.DateTime)]
    [TestCase("2026-02-30\n", ColumnType.String)]
    [TestCase("01.03.2026\n", ColumnType.String)]
    [TestCase("\"\"\n\"\"\n", ColumnType.Empty)]
    [TestCase("1.5\ninf\n-Inf\n+Infinity\n", ColumnType.Number)]
    [TestCase("2026-03-01 12:30:00+00\n2026-03-01 12:30:00.25-05\n2026-03-01T12:30:00+0530\n", ColumnType.DateTime)]
    [TestCase("2026-03-01T12:30:00.123456789Z\n2026-03-01 12:30:00.12345678+02\n", ColumnType.DateTime)]
    [TestCase("2026-03-01T12:30:00.1234567891Z\n", ColumnType.String)]
    [TestCase("2026-03-01T12:30-5\n", ColumnType.String)]
    [TestCase("1\0\n", ColumnType.String)]
    [TestCase("1.5\0\n", ColumnType.String)]
    [TestCase("true\0\n", ColumnType.String)]
    [SetCulture("de-DE")]
    public async Task The_type_of_a_column_is_the_narrowest_type_of_its_values_in_every_culture(string values, ColumnType type)
    {
        var fields = values.TrimEnd('\n').Split('\n').Select(static value => value.Contains(',', StringComparison.Ordinal) ? $"\"{value}\"" : value);
        var profile = await ReadAsync($"key;x\n{string.Concat(fields.Select(static field => $"k;{field}\n"))}");

        Assert.That(profile.Columns[1].Type, Is.EqualTo(type));
    }

    [Test]
    public async Task A_column_that_stops_being_numbers_in_its_last_row_is_text_from_its_first()
    {
        var rows = string.Concat(Enumerable.Range(1, 5000).Select(static i => $"{i}\n"));

        var column = (await ReadAsync($"x\n{rows}last\n")).Columns.Single();

        Assert.That((column.Type, column.Distinct, column.Shortest, column.Longest, column.Mean), Is.EqualTo((ColumnType.String, 5001, 1, 4, (double?)null)));
    }

    [Test]
    public async Task Missing_values_and_NaN_are_counted_separately_and_excluded_from_figures()
    {
        var profile = await ReadAsync("x,y\n1,a\n,\nNaN,\"\"\n3,b\n");

        var (x, y) = (profile.Columns[0], profile.Columns[1]);
        Assert.That(profile.Rows, Is.EqualTo(4));
        Assert.That((x.Type, x.Nulls, x.NaNs, x.Distinct, x.Mean), Is.EqualTo((ColumnType.Number, 1L, 1L, 2, (double?)2)));
        Assert.That(x.StandardDeviation, Is.EqualTo(Math.Sqrt(2)).Within(1e-15));
        Assert.That((y.Nulls, y.Distinct), Is.EqualTo((2L, 2)));
    }

    [Test]
    public async Task Numbers_are_different_by_value_and_texts_by_their_characters()
    {
        var profile = await ReadAsync("x,y,z\n1,1,9007199254740993\n1.0,1.0,9007199254740992\n-0,a,1\n0,A,+1\n");

        Assert.That(profile.Columns.Select(static column => column.Distinct), Is.EqualTo(new long?[] { 2, 4, 3 }));
    }

    [Test]
    public async Task An_infinite_value_makes_the_mean_unknown()
    {
        var column = (await ReadAsync("x\n1\n2\n-Infinity\n")).Columns.Single();

        Assert.That(
            (column.Minimum, column.Maximum, column.Mean, column.StandardDeviation),
            Is.EqualTo((double.NegativeInfinity, 2.0, double.NaN, double.NaN)));
    }

    [Test]
    public async Task The_share_of_true_is_the_mean_of_booleans()
    {
        var column = (await ReadAsync("x\ntrue\nfalse\nTrue\ntrue\n")).Columns.Single();

        Assert.That((column.Mean, column.Distinct, column.Minimum), Is.EqualTo((0.75, 2, (double?)null)));
    }

    [TestCase("a,b\n\"1,5\",2\n", "a.csv")]
    [TestCase("a;b\n1,5;2\n", "a.csv")]
    [TestCase("\"a,x,y\";b\n1;2\n", "a.csv")]
    [TestCase("a\tb\n1,5\t2\n", "a.csv")]
    [TestCase("a\tb\n1;5\t2\n", "A.TSV")]
    [TestCase("a,b\r\n1,2\r\n\r\n", "a.csv")]
    [TestCase("a,b\r1,2", "a.csv")]
    [TestCase("a,b\n\"multi\nline\",\"a \"\"quote\"\"\"\n", "a.csv")]
    [TestCase("a,b\n#1,2\n", "a.csv")]
    [TestCase("a|b\n1,5|2\n", "a.csv")]
    [TestCase("\na;b\n1;2\n", "a.csv")]
    [TestCase("  \r\n\r\na;b\r\n1;2\r\n", "a.csv")]
    [TestCase("a;b\n\n1;2\n \n", "a.csv")]
    [TestCase("sep=;\na;b\n1;2\n", "a.csv")]
    [TestCase("SEP=|\r\n\r\na,x|b\r\n1|2\r\n", "a.csv")]
    [TestCase("\"sep=;\"\na,x;b\n1;2\n", "a.csv")]
    [TestCase("sep=:\na:b\n1:2", "a.csv")]
    [TestCase("sep=;\na;b\n1;2\n", "a.tsv")]
    [TestCase("price (EUR, net);qty\n1.5;2\n", "a.csv")]
    [TestCase("price, net;qty\n1,5;2\n", "a.csv")]
    [TestCase("a,b; c\n1,x; y\n", "a.csv")]
    public async Task Delimiters_quotes_and_line_ends_of_every_kind_are_read(string text, string path)
    {
        var profile = await ReadAsync(text, path);

        Assert.That((profile.Rows, profile.Columns.Count), Is.EqualTo((1L, 2)));
    }

    /// <summary>Files that the sniffers of other libraries divided wrongly.</summary>
    [TestCase("https://github.com/python/cpython/issues/119123",
        "id;cost;group;sub\n1;62.25;['345'];['10']\n2;46.50;['112', '112'];['765', '766']\n", "id|cost|group|sub", 2)]
    [TestCase("https://github.com/python/cpython/issues/97611", "\nSurname;First Name;Year of birth\n\"\tDoe;Jane\"\t;;1971\n", null, 0)]
    [TestCase("https://github.com/python/cpython/issues/88843", "name of the city\nNew York\nLos Angeles\n", "name of the city", 2)]
    [TestCase("https://github.com/AndreaBozzo/dataprof/issues/423",
        "id,comment\n1,\"line one\nline two\"\n2,\"normal\"\n3,\"has \"\"quotes\"\" inside\"\n", "id|comment", 3)]
    [TestCase("https://github.com/stablyai/orca/pull/4055", "\"Doe, Jane\"\tAge\n\"Roe, John\"\t42\n", "Doe, Jane|Age", 1)]
    [TestCase("https://github.com/pandas-dev/pandas/issues/13839", "name\n1\n2\n3\n4\n", "name", 4)]
    [TestCase("https://github.com/pandas-dev/pandas/issues/53035", "text\nhello, world\nwithout\nsemi; colon\n", "text", 3)]
    [TestCase("https://github.com/pandas-dev/pandas/issues/47303", "sep=|\ncol1|col2\nrow1|row1\nrow2|row2\n", "col1|col2", 2)]
    [TestCase("https://github.com/JoshClose/CsvHelper/issues/1955", "1,1;1,2\n2,1;2,1\n", "1,1|1,2", 1)]
    [TestCase("https://github.com/JoshClose/CsvHelper/issues/1955", "\"  1,1  \";\"  1,2  \"\n\"  2,1  \";\"  2,1  \"\n", "  1,1  |  1,2  ", 1)]
    [TestCase("https://github.com/mholt/PapaParse/issues/153",
        "acct;date;debit;credit\n101300;010114;733480,00;-733480,00\n106110;010114;73348,16;-73348,16\n", "acct|date|debit|credit", 2)]
    [TestCase("https://github.com/duckdb/duckdb/issues/11403", "col1\n\"cell with\nnewline\"\n", "col1", 1)]
    [TestCase("https://github.com/duckdb/duckdb/issues/14115", "id|carrier|city, state\n1|AA|New York, NY\n2|UA|Chicago, IL\n", "id|carrier|city, state", 2)]
    [TestCase("https://github.com/wireservice/csvkit/issues/392", "name,place\nO&#039;Connor,Cork\nO&#039;Neill,Ulster\n", "name|place", 2)]
    public async Task Files_with_misleading_delimiters_are_split_correctly_or_refused(string report, string text, string? names, int rows)
    {
        if (names is null)
        {
            var thrown = await Assert.ThrowsAsync<TableFormatException>(() => ReadAsync(text));

            Assert.That(thrown!.Message, Does.Contain("quote"), report); // text after a closing quotation mark
            return;
        }

        var profile = await ReadAsync(text);

        Assert.That(string.Join('|', profile.Columns.Select(static column => column.Name)), Is.EqualTo(names), report);
        Assert.That(profile.Rows, Is.EqualTo(rows), report);
    }

    [Test]
    public async Task The_delimiter_of_a_long_file_is_the_delimiter_of_most_rows()
    {
        var rows = string.Concat(Enumerable.Range(1, 20_000).Select(static i => $"{i};{i},5\n"));

        var profile = await ReadAsync($"a, b;c\n{rows}");

        Assert.That((profile.Rows, profile.Columns.Count), Is.EqualTo((20_000L, 2)));
    }

    [Test]
    public async Task Blank_lines_of_any_length_come_before_the_header()
    {
        var profile = await ReadAsync(new string('\n', 70_000) + "sep=;\n\na,x;b\n1;2\n");

        Assert.That((profile.Rows, profile.Columns[0].Name), Is.EqualTo((1L, "a,x")));
    }

    [Test]
    public async Task Blank_lines_are_skipped_but_quoted_empty_fields_are_rows()
    {
        var profile = await ReadAsync("a\n1\n\n\"\"\n  \n2\n\n");

        Assert.That((profile.Rows, profile.Columns.Single().Nulls), Is.EqualTo((3L, 1L)));
    }

    [Test]
    public async Task A_row_of_delimiters_is_a_row_without_values()
    {
        var profile = await ReadAsync("a;b\n;\n1;2\n");

        Assert.That((profile.Rows, profile.Columns[0].Nulls), Is.EqualTo((2L, 1L)));
    }

    [Test]
    public async Task A_file_with_only_a_sep_line_is_empty() =>
        Assert.That((await Assert.ThrowsAsync<TableFormatException>(() => ReadAsync("sep=;\n\n")))!.Message, Does.Contain("is empty"));

    [Test]
    public async Task Integers_keep_all_their_digits_and_their_deviation()
    {
        var column = (await ReadAsync("id\n9007199254740992\n9007199254740993\n")).Columns.Single();

        Assert.That((column.ExactMinimum, column.ExactMaximum, column.Distinct), Is.EqualTo(((Int128?)9007199254740992, (Int128?)9007199254740993, 2)));
        Assert.That(column.StandardDeviation, Is.EqualTo(Math.Sqrt(0.5)).Within(1e-15));
    }

    [Test]
    public async Task Only_columns_of_integers_have_exact_figures()
    {
        var profile = await ReadAsync("a,b\n1,1\n2.5,-9223372036854775808\n");

        Assert.That((profile.Columns[0].ExactMinimum, profile.Columns[1].ExactMinimum), Is.EqualTo(((Int128?)null, (Int128?)long.MinValue)));
    }

    [Test]
    public async Task Nanoseconds_distinguish_times_and_are_truncated_in_figures()
    {
        var column = (await ReadAsync("t\n2026-03-01T12:30:00.123456789Z\n2026-03-01T12:30:00.123456790Z\n2026-03-01T14:30:00.1234567+02\n")).Columns.Single();

        Assert.That(
            (column.Distinct, column.Latest),
            Is.EqualTo((3, (DateTimeOffset?)new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero).AddTicks(1234567))));
    }

    [Test]
    public async Task Infinite_times_are_a_fault_of_one_column_only()
    {
        var profile = await ReadAsync("t,x\n2026-03-01,1\ninfinity,2\n-infinity,3\n");

        Assert.That(
            (profile.Columns[0].Type, profile.Columns[0].Latest),
            Is.EqualTo((ColumnType.Date, new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero))));
        Assert.That(profile.Columns[0].Fault, Does.StartWith("2 values of the column 't' are infinite"));
        Assert.That((profile.Columns[1].Fault, profile.Columns[1].Mean), Is.EqualTo(((string?)null, 2.0)));
    }

    [Test]
    public async Task Columns_with_the_same_name_do_not_affect_other_columns()
    {
        var profile = await ReadAsync("a,b,a\n1,2,3\n");

        Assert.That(profile.Columns.Select(static column => column.Name), Is.EqualTo(["a", "b"]));
        Assert.That((profile.Columns[0].Type, profile.Columns[1].Mean), Is.EqualTo((ColumnType.Empty, 2.0)));
        Assert.That(profile.Columns[0].Fault, Does.StartWith("The columns 1, 3 are all named 'a'.").And.Contain("Rename"));
    }

    [Test]
    public async Task Columns_with_the_same_name_are_numbered_on_request()
    {
        var reader = new CsvTableReader(new CsvTableOptions { DuplicateNames = CsvDuplicateNames.Rename });

        var profile = await reader.ReadAsync(new MemoryStream("a,a,a_1,a\n1,2,3,4\n"u8.ToArray()), "a.csv");

        Assert.That(
            profile.Columns.Select(static column => (column.Name, column.Mean)),
            Is.EqualTo(new (string, double?)[] { ("a", 1), ("a_2", 2), ("a_1", 3), ("a_3", 4) }));
    }

    [Test]
    public async Task Numbers_have_decimal_commas_on_request()
    {
        var reader = new CsvTableReader(new CsvTableOptions { DecimalSeparator = ',' });

        var profile = await reader.ReadAsync(new MemoryStream("a;b\n1,5;1.5\n2;2\n"u8.ToArray()), "a.csv");

        Assert.That((profile.Columns[0].Mean, profile.Columns[1].Type), Is.EqualTo((1.75, ColumnType.String)));
    }

    [Test]
    public async Task Configured_texts_are_missing_values()
    {
        var reader = new CsvTableReader(new CsvTableOptions { NullTexts = ["NA", "-"] });

        var column = (await reader.ReadAsync(new MemoryStream("a\n1\nNA\n-\n3\n"u8.ToArray()), "a.csv")).Columns.Single();

        Assert.That((column.Type, column.Nulls, column.Mean), Is.EqualTo((ColumnType.Integer, 2L, 2.0)));
    }

    [Test]
    public async Task The_configured_delimiter_is_used_unless_the_file_has_a_sep_line()
    {
        var reader = new CsvTableReader(new CsvTableOptions { Delimiter = '~' });

        var one = await reader.ReadAsync(new MemoryStream("a,x~b\n1~2\n"u8.ToArray()), "a.csv");
        var other = await reader.ReadAsync(new MemoryStream("sep=;\na~x;b\n1;2\n"u8.ToArray()), "a.csv");

        Assert.That((one.Columns[0].Name, other.Columns[0].Name), Is.EqualTo(("a,x", "a~x")));
    }

    [Test]
    public void Invalid_options_are_refused()
    {
        Assert.That(Refuse(new() { Delimiter = '"' }), Does.Contain("Delimiter is '\"'"));
        Assert.That(Refuse(new() { DecimalSeparator = ';' }), Does.Contain("DecimalSeparator is ';'"));
        Assert.That(Refuse(new() { NullTexts = [null!] }), Does.Contain("NullTexts is null or contains null"));
        Assert.That(Refuse(new() { DuplicateNames = (CsvDuplicateNames)7 }), Does.Contain("DuplicateNames is 7"));

        static string Refuse(CsvTableOptions options) => Assert.Throws<ArgumentException>(() => _ = new CsvTableReader(options))!.Message;
    }

    [Test]
    public void The_name_of_a_reader_contains_the_options_that_change_profiles()
    {
        Assert.That(_reader.Name, Is.EqualTo("csv-2"));
        Assert.That(
            new CsvTableReader(new CsvTableOptions
            {
                Delimiter = ';',
                DecimalSeparator = ',',
                NullTexts = ["NA", "-"],
                DuplicateNames = CsvDuplicateNames.Rename
            }).Name,
            Is.EqualTo("csv-2 delimiter \";\" decimal \",\" null \"-\" \"NA\" rename"));
    }

    [TestCase("utf-8")]
    [TestCase("utf-16")]
    [TestCase("utf-32")]
    public async Task A_byte_order_mark_is_not_part_of_the_first_name(string encoding)
    {
        var unicode = Encoding.GetEncoding(encoding);

        var profile = await _reader.ReadAsync(new MemoryStream([.. unicode.GetPreamble(), .. unicode.GetBytes("größe,b\n1,2\n")]), "a.csv");

        Assert.That(profile.Columns.Select(static column => column.Name), Is.EqualTo(["größe", "b"]));
    }

    [TestCase("", "is empty")]
    [TestCase("a,b\n1,2\n3\n", "Row 2 of 'a.csv' has 1 fields, and the header has 2")]
    [TestCase("a,b\n1,2,3\n", "has 3 fields")]
    [TestCase("a,b\n\"open,2\n", "closing quote")]
    [TestCase("a,b\n\"x\"y,2\n", "closing quote")]
    [TestCase("a\n\ufffe", "")]
    public async Task A_malformed_file_is_refused_with_the_position_and_the_remedy(string text, string fault)
    {
        var content = text.EndsWith('\ufffe') ? [.. Encoding.UTF8.GetBytes(text[..^1]), 0xE9, 0x0A] : Encoding.UTF8.GetBytes(text);

        var thrown = (await Assert.ThrowsAsync<TableFormatException>(() => _reader.ReadAsync(new MemoryStream(content), "a.csv")))!;

        Assert.That(thrown.Message, Does.Contain(fault.Length == 0 ? "not valid UTF-8" : fault).And.Contain("'a.csv'"));
    }

    [Test]
    public async Task A_record_that_is_too_large_is_refused_and_not_read_into_memory()
    {
        var content = new MemoryStream(Encoding.ASCII.GetBytes("a,b\n\"" + new string('x', 40 << 20) + "\",1\n"));

        var thrown = (await Assert.ThrowsAsync<TableFormatException>(() => _reader.ReadAsync(content, "a.csv")))!;

        Assert.That(thrown.Message, Does.Contain("more than 16777216 characters").And.Contain("quotation mark"));
    }

    [Test]
    public async Task Reading_can_be_canceled() =>
        await Assert.ThrowsAsync<TaskCanceledException>(() => _reader.ReadAsync(new MemoryStream("a\n1\n"u8.ToArray()), "a.csv",
            new CancellationToken(canceled: true)));

    [TestCase("a.csv", true)]
    [TestCase("2026/A.CSV", true)]
    [TestCase("a.tsv", true)]
    [TestCase("a.csv.gz", false)]
    [TestCase("csv", false)]
    public void Files_are_recognized_by_their_extension(string path, bool isTable) => Assert.That(_reader.CanRead(path), Is.EqualTo(isTable));

    private static void AssertNumbers(ColumnProfile column, double minimum, double maximum, double mean, double deviation)
    {
        // Both compute in double precision, in another order: the last of 16 digits may differ by some units.
        Assert.That((column.Minimum, column.Maximum), Is.EqualTo((minimum, maximum)));
        Assert.That(column.Mean, Is.EqualTo(mean).Within(1e-12 * Math.Abs(mean)));
        Assert.That(column.StandardDeviation, Is.EqualTo(deviation).Within(1e-12 * deviation));
    }

    private static async Task<TableProfile> ReadFileAsync(string name)
    {
        await using var content = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", name));
        return await new CsvTableReader().ReadAsync(content, name);
    }

    private Task<TableProfile> ReadAsync(string text, string path = "a.csv") => _reader.ReadAsync(new MemoryStream(Encoding.UTF8.GetBytes(text)), path);
}
