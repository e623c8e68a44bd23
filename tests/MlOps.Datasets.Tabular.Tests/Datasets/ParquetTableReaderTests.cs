using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace MlOps.Datasets;

public sealed class ParquetTableReaderTests
{
    private readonly ParquetTableReader _reader = new();

    [Test]
    public async Task Every_type_is_summarized_over_all_row_groups()
    {
        var profile = await _reader.ReadAsync(await WriteAllTypesAsync(), "a.parquet");

        var columns = profile.Columns.ToDictionary(static column => column.Name);
        Assert.That(profile.Rows, Is.EqualTo(6));
        Assert.That(
            profile.Columns.Select(static column => (column.Name, column.Type, column.Nulls, column.Distinct)),
            Is.EqualTo(new (string, ColumnType, long, long?)[]
            {
                ("bool", ColumnType.Boolean, 0, 2),
                ("int", ColumnType.Integer, 0, 3),
                ("ulong", ColumnType.Integer, 0, 3),
                ("double", ColumnType.Number, 2, 1),
                ("decimal", ColumnType.Number, 0, 3),
                ("string", ColumnType.String, 2, 2),
                ("bytes", ColumnType.Binary, 2, 2),
                ("day", ColumnType.Date, 0, 3),
                ("moment", ColumnType.DateTime, 0, 3),
                ("guid", ColumnType.String, 0, 3),
            }));
        Assert.That((columns["int"].Minimum, columns["int"].Maximum, columns["int"].Mean), Is.EqualTo((1.0, 6.0, 3.0)));
        Assert.That((columns["double"].NaNs, columns["double"].Mean), Is.EqualTo((2L, 1.5)));
        Assert.That((columns["bool"].Mean, columns["bool"].Maximum), Is.EqualTo((2.0 / 3, (double?)null)));
        Assert.That((columns["string"].Shortest, columns["string"].Longest, columns["bytes"].Longest), Is.EqualTo((1, 3, 2)));
        Assert.That(columns["day"].Latest, Is.EqualTo(new DateTimeOffset(2026, 1, 3, 0, 0, 0, TimeSpan.Zero)));
        Assert.That(columns["moment"].Earliest, Is.EqualTo(new DateTimeOffset(2026, 1, 1, 12, 30, 0, TimeSpan.Zero)));
    }

    /// <summary>The expected figures are those of Python's csv and statistics modules (fmean, stdev) for the CSV file whose numbers are written
    /// here.</summary>
    [Test]
    public async Task Flights_are_profiled_as_Python_computes_them()
    {
        var lines = await File.ReadAllLinesAsync(Path.Combine(AppContext.BaseDirectory, "data", "flights-20k.csv"));
        var delays = lines.Skip(1).Select(static line => int.Parse(line.Split(',')[1], CultureInfo.InvariantCulture)).ToArray();
        var field = new DataField<int>("delay");
        var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), content))
        {
            foreach (var part in delays.Chunk(7000))
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<int>(field, part);
            }
        }

        content.Position = 0;
        var profile = await _reader.ReadAsync(content, "flights.parquet");

        var column = profile.Columns.Single();
        Assert.That((profile.Rows, column.Minimum, column.Maximum, column.Distinct), Is.EqualTo((20_000L, -59.0, 522.0, 289)));
        Assert.That(column.Mean, Is.EqualTo(7.7039).Within(1e-11));
        Assert.That(column.StandardDeviation, Is.EqualTo(31.318537119865073).Within(1e-11));
    }

    [Test]
    public async Task Integers_and_decimals_keep_all_their_digits()
    {
        var columns = await ReadFileAsync("duckdb-extremes.parquet");

        Assert.That(
            (columns["big"].ExactMinimum, columns["big"].ExactMaximum, columns["big"].Distinct),
            Is.EqualTo(((Int128?)9007199254740992, (Int128?)long.MaxValue, 3)));
        Assert.That((columns["unsigned"].ExactMinimum, columns["unsigned"].ExactMaximum), Is.EqualTo(((Int128?)(ulong.MaxValue - 1), (Int128?)ulong.MaxValue)));
        Assert.That((columns["unsigned"].Distinct, columns["unsigned"].StandardDeviation), Is.EqualTo((2, Math.Sqrt(0.5))));
        Assert.That((columns["decimal10"].Minimum, columns["decimal10"].Maximum), Is.EqualTo((1.5, 12345678901234567890.5)));
        Assert.That(
            (columns["decimal0"].Type, columns["decimal0"].Minimum, columns["decimal0"].Maximum, columns["decimal0"].Fault),
            Is.EqualTo((ColumnType.Number, -1e38, 1e38, (string?)null)));
    }

    [Test]
    public async Task Infinite_times_are_a_fault_of_one_column_only()
    {
        var columns = await ReadFileAsync("duckdb-extremes.parquet");

        var noon = new DateTimeOffset(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);
        Assert.That((columns["moment"].Type, columns["moment"].Earliest, columns["moment"].Latest), Is.EqualTo((ColumnType.DateTime, noon, noon)));
        Assert.That((columns["day"].Type, columns["day"].Latest), Is.EqualTo((ColumnType.Date, noon.AddHours(-12.5))));
        Assert.That(columns["moment"].Fault, Does.StartWith("2 values of the column 'moment' are infinite"));
        Assert.That(
            columns.Values.Where(static column => column.Fault is not null).Select(static column => column.Name),
            Is.EqualTo(["moment", "zoned", "day"]));
        Assert.That((columns["nanos"].Distinct, columns["nanos"].Earliest), Is.EqualTo((2, noon.AddTicks(1234567))));
    }

    [Test]
    public async Task Numbers_of_16_bits_are_numbers()
    {
        var columns = await ReadFileAsync("parquetsharp-float16.parquet");

        Assert.That((columns["half"].Type, columns["half"].Mean, columns["half"].NaNs, columns["half"].Maximum), Is.EqualTo((ColumnType.Number, 2.0, 1L, 2.5)));
        Assert.That((columns["ns"].Distinct, columns["ns"].Earliest), Is.EqualTo((3, DateTimeOffset.UnixEpoch)));
    }

    [Test]
    public async Task An_unreadable_column_does_not_affect_other_columns()
    {
        var file = await File.ReadAllBytesAsync(Path.Combine(AppContext.BaseDirectory, "data", "parquetsharp-float16.parquet"));
        file.AsSpan(4, 12).Fill(0xFF); // the first page of the first column

        var profile = await _reader.ReadAsync(new MemoryStream(file), "a.parquet");

        Assert.That(profile.Columns[0].Fault, Does.StartWith("The column 'id' of 'a.parquet' cannot be read: "));
        Assert.That((profile.Columns[0].Type, profile.Columns[1].Mean), Is.EqualTo((ColumnType.Integer, 2.0)));
    }

    [Test]
    public async Task Fields_of_structures_are_columns_and_lists_have_only_a_type()
    {
        var city = new DataField<string>("city");
        var tags = new DataField<string>("item");
        var schema = new ParquetSchema(new StructField("address", city), new ListField("tags", tags));
        var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(schema, content))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(city, new[] { "Ulm".AsMemory(), "Köln".AsMemory() }, new[] { 2, 2 }, null,
                CancellationToken.None);
            var texts = new[] { "a".AsMemory(), "b".AsMemory(), "c".AsMemory() };
            var definitions = Enumerable.Repeat(tags.MaxDefinitionLevel, texts.Length).ToArray();
            await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(tags, texts, definitions, new[] { 0, 1, 0 }, CancellationToken.None);
        }

        content.Position = 0;
        var profile = await _reader.ReadAsync(content, "a.parquet");

        Assert.That(profile.Rows, Is.EqualTo(2));
        Assert.That((profile.Columns[0].Name, profile.Columns[0].Type, profile.Columns[0].Distinct), Is.EqualTo(("address.city", ColumnType.String, 2)));
        Assert.That((profile.Columns[1].Type, profile.Columns[1].Distinct), Is.EqualTo((ColumnType.Nested, (long?)null)));
    }

    [Test]
    public async Task Damaged_files_are_refused()
    {
        var sound = (await WriteAllTypesAsync()).ToArray();

        for (var length = 0; length < sound.Length; length += 97)
        {
            await RefusesAsync(sound[..length]);
        }

        await RefusesAsync("not a parquet file at all"u8.ToArray());

        async Task RefusesAsync(byte[] damaged)
        {
            var thrown = (await Assert.ThrowsAsync<TableFormatException>(() => _reader.ReadAsync(new MemoryStream(damaged), "a.parquet")))!;
            Assert.That(thrown.Message, Does.StartWith("'a.parquet' is not a readable Parquet file. "));
        }
    }

    [Test]
    public async Task A_changed_byte_results_in_a_profile_or_a_refusal()
    {
        var sound = (await WriteAllTypesAsync()).ToArray();
        var escaped = new List<string>();
        for (var i = 0; i < sound.Length; i += 13)
        {
            var damaged = sound.ToArray();
            damaged[i] ^= 0xFF;
            try
            {
                await _reader.ReadAsync(new MemoryStream(damaged), "a.parquet");
            }
            catch (Exception exception) when (exception is not TableFormatException)
            {
                escaped.Add($"byte {i}: {exception.GetType().Name}");
            }
            catch (TableFormatException)
            {
                // a refusal
            }
        }

        Assert.That(escaped, Is.Empty);
    }

    [TestCase("a.parquet", true)]
    [TestCase("part-0.PARQUET", true)]
    [TestCase("a.csv", false)]
    public void Files_are_recognized_by_their_extension(string path, bool isTable) => Assert.That(_reader.CanRead(path), Is.EqualTo(isTable));

    private static async Task<Dictionary<string, ColumnProfile>> ReadFileAsync(string name)
    {
        await using var content = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "data", name));
        return (await new ParquetTableReader().ReadAsync(content, name)).Columns.ToDictionary(static column => column.Name);
    }

    internal static async Task<MemoryStream> WriteAllTypesAsync()
    {
        DataField[] fields =
        [
            new DataField<bool>("bool"),
            new DataField<int>("int"),
            new DataField<ulong>("ulong"),
            new DataField<double?>("double"),
            new DataField<decimal>("decimal"),
            new DataField<string>("string"),
            new DataField("bytes", typeof(byte[]), isNullable: true),
            new DataField<DateOnly>("day"),
            new DateTimeDataField("moment", DateTimeFormat.DateAndTimeMicros),
            new DataField<Guid>("guid"),
        ];
        var content = new MemoryStream();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(fields), content))
        {
            for (var i = 0; i < 2; i++)
            {
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<bool>(fields[0], new[] { true, false, true });
                await group.WriteAsync<int>(fields[1], new[] { 1, 2, 6 });
                await group.WriteAsync<ulong>(fields[2], new ulong[] { 1, ulong.MaxValue, 3 });
                await group.WriteAsync<double>(fields[3], new double?[] { 1.5, null, double.NaN });
                await group.WriteAsync<decimal>(fields[4], new decimal[] { 1.1m, 2, 3 });
                await group.WriteAsync(fields[5], ["a", null!, "ccc"]);
                await group.WriteAsync(fields[6], [[1], null!, [2, 3]]);
                await group.WriteAsync<DateOnly>(fields[7], new DateOnly[] { new(2026, 1, 1), new(2026, 1, 2), new(2026, 1, 3) });
                await group.WriteAsync<DateTime>(fields[8], Enumerable.Range(1, 3).Select(static day => new DateTime(2026, 1, day, 12, 30, 0,
                    DateTimeKind.Utc)).ToArray());
                await group.WriteAsync<Guid>(fields[9], Enumerable.Range(1, 3).Select(static number => new Guid(number, 0, 0, new byte[8])).ToArray());
            }
        }

        content.Position = 0;
        return content;
    }
}
