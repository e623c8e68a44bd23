using System.Globalization;
using MlOps.Datasets;
using MlOps.Monitoring.Profiles;
using MlOps.Providers;

namespace MlOps.Benchmarks.Monitoring;

/// <summary>Measures the update, merge, size and error of profiles, and the copying of rows into batches.</summary>
internal static class ProfileBenchmarks
{
    private const int BatchSize = 4096;
    private const int Rounds = 7;
    private const double FastestOfWhylogs = 0.9e6;
    private const double MostNanosecondsPerProperty = 1.5;

    private static readonly Func<Random, double> s_normal = static random =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>Runs the benchmarks. Times are processor times of one thread.</summary>
    public static IReadOnlyList<IOutcome> Run() =>
    [
        MeasureNumbers("random doubles", s_normal, baselineRows: 0),
        MeasureNumbers("random doubles with the bins of a baseline", s_normal, baselineRows: 10_000),
        MeasureNumbers("integers from 0 to 99", static random => random.Next(100), baselineRows: 10_000),
        MeasureTexts("20 categories", 20),
        MeasureTexts("1,000 categories", 1000),
        MeasureTexts("100,000 categories", 100_000),
        MeasureWriter(),
        MeasureMerge(1000, 1000),
        MeasureMerge(1000, 10_000),
        MeasureSize(1000),
        MeasureSize(1_000_000),
        MeasureError(10_000),
        MeasureError(1_000_000),
    ];

    private static Figure MeasureNumbers(string name, Func<Random, double> next, int baselineRows)
    {
        RowColumn[] columns = [new("x", isText: false)];
        var random = new Random(1);
        var batches = Enumerable.Range(0, 64).Select(_ => CreateBatch(columns, batch => Fill(batch.Numbers(0), () => next(random)))).ToArray();
        var baseline = baselineRows == 0 ? null : DataProfile.CreateAsync(RowSource.From(
            Enumerable.Range(0, baselineRows).Select(_ => new { x = next(random) }).ToArray())).GetAwaiter().GetResult();
        return MeasureUpdate($"Update of numbers: {name}", columns, baseline, batches);
    }

    private static Figure MeasureTexts(string name, int categories)
    {
        RowColumn[] columns = [new("x", isText: true)];
        var random = new Random(1);
        var texts = Enumerable.Range(0, categories).Select(static index => string.Create(CultureInfo.InvariantCulture, $"category {index}")).ToArray();

        // Each row has its own string object, as rows that a service deserializes do.
        var batches = Enumerable.Range(0, 64).Select(_ => CreateBatch(
            columns, batch => Fill(batch.Texts(0), () => new string(texts[random.Next(categories)].AsSpan())))).ToArray();
        return MeasureUpdate($"Update of texts: {name}", columns, null, batches);
    }

    private static Figure MeasureUpdate(string title, RowColumn[] columns, DataProfile? baseline, RowBatch[] batches)
    {
        const double Aim = 10e6;
        var builder = new ProfileBuilder(columns, baseline);
        const int Passes = 10;
        var (time, allocated) = Measure(() =>
        {
            for (var pass = 0; pass < Passes; pass++)
            {
                foreach (var batch in batches)
                {
                    builder.Add(batch);
                }
            }
        });
        var values = (double)Passes * batches.Length * BatchSize;
        var speed = values / time * 1e9;
        return new Figure(
            title,
            "≥ 10 million values/s a core, 0 B",
            string.Create(CultureInfo.InvariantCulture, $"{speed / 1e6:0.0} million values/s, {allocated / values:0.####} B a value"),
            speed >= Aim && allocated / values < 0.01,
            string.Create(
                CultureInfo.InvariantCulture, $"One column in batches of {BatchSize} rows. whylogs publishes at most {FastestOfWhylogs / 1e6} million."));
    }

    private static Figure MeasureWriter()
    {
        var writer = new RowWriter<Ten>();
        var batch = new RowBatch(writer.Columns, BatchSize);
        var rows = Enumerable.Range(0, BatchSize).Select(static index => new Ten { A = index, D = index, H = index }).ToArray();
        const int Passes = 100;
        var (time, allocated) = Measure(() =>
        {
            for (var pass = 0; pass < Passes; pass++)
            {
                for (var i = 0; i < rows.Length; i++)
                {
                    writer.Write(rows[i], batch, i);
                }
            }
        });
        var each = time / ((double)Passes * BatchSize * writer.Columns.Count);
        return new Figure(
            "Copy of a row of ten numbers into a batch",
            "≤ 1.5 ns a property, 0 B",
            string.Create(CultureInfo.InvariantCulture, $"{each:0.00} ns a property, {allocated} B"),
            each <= MostNanosecondsPerProperty && allocated == 0,
            "RowWriter with single-precision, integer and nullable properties.");
    }

    private static Figure MeasureMerge(int profiles, int rows)
    {
        var parts = CreateParts(profiles, features: 50, rows);
        var (time, _) = Measure(() => DataProfile.Merge(parts));
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Merge of {profiles:N0} profiles of 50 features, {rows:N0} rows each"),
            "≤ 1 s",
            string.Create(CultureInfo.InvariantCulture, $"{time / 1e9:0.00} s of one processor"),
            time <= 1e9,
            "40 features are numbers and 10 are texts with 20 categories, with the bins and categories of a baseline.");
    }

    private static Figure MeasureSize(int rows)
    {
        var profile = CreateParts(1, features: 50, rows)[0];
        using var stream = new MemoryStream();
        profile.Write(stream);
        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Size of a profile of 50 features, {rows:N0} rows"),
            "bounded",
            string.Create(CultureInfo.InvariantCulture, $"{stream.Length:N0} B, {stream.Length / 50:N0} B a feature"),
            true,
            "40 features are random doubles, which cannot be compressed well, and 10 are texts with 20 categories.");
    }

    private static Figure MeasureError(int rows)
    {
        const int Trials = 60;
        double largest = 0, bound = 0;
        var inside = 0;
        for (var trial = 0; trial < Trials; trial++)
        {
            var random = new Random(trial);
            var builder = new ProfileBuilder([new RowColumn("x", isText: false)]);
            var values = new double[rows];
            Fill<double>(values, () => s_normal(random));
            for (var from = 0; from < rows; from += BatchSize)
            {
                var batch = new RowBatch(builder.Columns, BatchSize) { Count = Math.Min(BatchSize, rows - from) };
                values.AsSpan(from, batch.Count).CopyTo(batch.Numbers(0));
                builder.Add(batch);
            }

            var profile = builder.ToProfile().Features[0];
            Array.Sort(values);
            var worst = 0.0;
            for (var i = 0; i < rows; i += Math.Max(1, rows / 1000))
            {
                worst = Math.Max(worst, Math.Abs(profile.Rank(values[i]) - ((i + 1.0) / rows)));
            }

            largest = Math.Max(largest, worst);
            bound = profile.RankError;
            inside += worst <= bound ? 1 : 0;
        }

        return new Figure(
            string.Create(CultureInfo.InvariantCulture, $"Rank error of {rows:N0} numbers"),
            "≤ the carried bound",
            string.Create(CultureInfo.InvariantCulture, $"{largest:P3}, bound {bound:P3}, {inside} of {Trials} profiles inside"),
            inside >= Trials - 1,
            "The largest error at 1,000 ranks of each profile. The bound holds with 99 % for one rank.");
    }

    private static DataProfile[] CreateParts(int profiles, int features, int rows)
    {
        RowColumn[] columns = [.. Enumerable.Range(0, features).Select(static index => new RowColumn($"x{index}", isText: index % 5 == 4))];
        var random = new Random(1);
        var texts = Enumerable.Range(0, 20).Select(static index => string.Create(CultureInfo.InvariantCulture, $"category {index}")).ToArray();
        var pool = Enumerable.Range(0, 16).Select(_ => CreateBatch(columns, batch =>
        {
            for (var i = 0; i < columns.Length; i++)
            {
                if (columns[i].IsText)
                {
                    Fill(batch.Texts(i), () => texts[random.Next(20)]);
                }
                else
                {
                    Fill(batch.Numbers(i), () => s_normal(random));
                }
            }
        })).ToArray();
        var baseline = DataProfile.CreateAsync(new Batches(columns, pool)).GetAwaiter().GetResult();
        var builder = new ProfileBuilder(columns, baseline);
        return [.. Enumerable.Range(0, profiles).Select(index =>
        {
            builder.Reset();
            for (var (added, next) = (0, index); added < rows; next++)
            {
                var count = Math.Min(BatchSize, rows - added);
                builder.Add(pool[next % pool.Length], 0, count);
                added += count;
            }

            return builder.ToProfile();
        })];
    }

    private static RowBatch CreateBatch(RowColumn[] columns, Action<RowBatch> fill)
    {
        var batch = new RowBatch(columns, BatchSize) { Count = BatchSize };
        fill(batch);
        return batch;
    }

    private static void Fill<T>(Span<T> values, Func<T> next)
    {
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = next();
        }
    }

    private static (double Nanoseconds, long Bytes) Measure(Action run)
    {
        var times = new List<long>();
        var bytes = 0L;
        for (var round = 0; round <= Rounds; round++)
        {
            var (started, allocated) = (ThreadTime.Nanoseconds, GC.GetAllocatedBytesForCurrentThread());
            run();
            times.Add(ThreadTime.Nanoseconds - started);
            bytes = GC.GetAllocatedBytesForCurrentThread() - allocated;
        }

        times.RemoveAt(0);
        times.Sort();
        return (times[times.Count / 2], bytes);
    }

    private sealed class Ten
    {
        public float A { get; set; }

        public float B { get; set; }

        public float C { get; set; }

        public double D { get; set; }

        public double E { get; set; }

        public double F { get; set; }

        public int G { get; set; }

        public int H { get; set; }

        public double? I { get; set; }

        public bool J { get; set; }
    }

    private sealed class Batches(RowColumn[] columns, RowBatch[] batches) : IRowSource
    {
        public IReadOnlyList<RowColumn> Columns => columns;

        public IAsyncEnumerable<RowBatch> ReadAsync(CancellationToken cancellationToken = default) => batches.ToAsyncEnumerable();
    }
}
