using Microsoft.Extensions.Time.Testing;
using MlOps.Datasets;
using MlOps.Monitoring.Profiles;
using MlOps.Storage;

namespace MlOps.Monitoring.Windows;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class WindowStoreTests
{
    private static readonly DateTimeOffset s_noon = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);
    private readonly InMemoryArtifactStore _store = new();
    private readonly FakeTimeProvider _clock = TestInstance.NewClock();

    [Test]
    public async Task The_windows_of_all_instances_are_merged_and_equal_the_sum()
    {
        for (var instance = 1; instance <= 3; instance++)
        {
            await ServeAsync([.. Enumerable.Range(0, instance * 100).Select(static row => (double)row)]);
        }

        var window = (await ReadAsync()).Single();

        Assert.That((window.Predictions, window.Inputs.Rows, window.Instances.Count), Is.EqualTo((600L, 600L, 3)));
        Assert.That(window.Inputs.Find("Age")!.Mean, Is.EqualTo(((100 * 49.5) + (200 * 99.5) + (300 * 149.5)) / 600).Within(1e-9));
    }

    [Test]
    public async Task A_late_window_is_merged()
    {
        await ServeAsync(1, 2);
        _clock.Advance(TimeSpan.FromHours(5));
        await using var late = await TestInstance.StartAsync(_store, _clock);
        _clock.AdjustTime(s_noon.AddMinutes(30));
        late.Observe(3);
        _clock.AdjustTime(s_noon.AddHours(5));
        await late.FlushAsync();

        var window = (await ReadAsync()).Single(static window => window.Start == s_noon);

        Assert.That(window.Predictions, Is.EqualTo(3));
    }

    [Test]
    public async Task A_damaged_object_is_named_and_skipped()
    {
        await ServeAsync(1, 2);
        var path = (await _store.ListAsync(WindowPaths.Windows(TestInstance.Model)).SingleAsync()).Path;
        await ServeAsync(3);
        var bytes = await _store.ReadBytesAsync(path);
        bytes[^40] ^= 1;
        await _store.WriteBytesAsync(path, bytes);

        var window = (await ReadAsync()).Single();

        Assert.That(window.Predictions, Is.EqualTo(1));
        Assert.That(window.Faults.Single(), Does.Contain(path.ToString()).And.Contain("digest"));
    }

    [Test]
    public async Task An_object_that_is_cut_short_at_any_length_is_refused()
    {
        await ServeAsync(1, 2);
        var path = (await _store.ListAsync(WindowPaths.Windows(TestInstance.Model)).SingleAsync()).Path;
        var bytes = await _store.ReadBytesAsync(path);

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.That(() => WindowFile.Read(path, bytes[..length]), Throws.TypeOf<DocumentFormatException>(), $"{length} bytes");
        }
    }

    [Test]
    public async Task An_object_of_a_newer_format_is_named_with_the_remedy()
    {
        await ServeAsync(1);
        var path = (await _store.ListAsync(WindowPaths.Windows(TestInstance.Model)).SingleAsync()).Path;
        var bytes = await _store.ReadBytesAsync(path);
        bytes[8] = 2;

        var fault = Assert.Throws<DocumentFormatException>(() => WindowFile.Read(path, bytes))!;

        Assert.That(fault.IsFromNewerVersion);
        Assert.That(fault.Message, Does.Contain("Update MlOps.Monitoring"));
    }

    [Test]
    public async Task Versions_have_separate_windows_in_the_order_of_their_numbers()
    {
        await ServeVersionAsync(2, 1, 2);
        await ServeVersionAsync(1, 3);

        var windows = await ReadAsync();

        Assert.That(windows.Select(static window => (window.Version, window.Predictions)), Is.EqualTo(new[] { (1, 1L), (2, 2L) }));
    }

    [Test]
    public async Task Instances_with_other_columns_have_separate_windows()
    {
        await ServeAsync(1, 2);
        await WriteAsync("other-1-0123456789abcdef-1.profile", "Weight", 5);

        var windows = await ReadAsync();

        var columns = windows.Select(static window => (window.Inputs.Features[0].Name, window.Predictions));
        Assert.That(columns, Is.EquivalentTo(new[] { ("Age", 2L), ("Weight", 5L) }));
    }

    [Test]
    public async Task Only_windows_that_overlap_the_period_are_read()
    {
        await using var instance = await TestInstance.StartAsync(_store, _clock);
        for (var hour = 0; hour < 5; hour++)
        {
            instance.Observe(hour);
            await instance.FlushAsync();
            _clock.Advance(TimeSpan.FromHours(1));
        }

        var windows = await new WindowStore(_store, _clock)
            .ReadAsync(TestInstance.Model, s_noon.AddMinutes(90), s_noon.AddHours(3), version: 1, CancellationToken.None).ToListAsync();

        Assert.That(windows.Select(static window => window.Start), Is.EqualTo(new[] { s_noon.AddHours(1), s_noon.AddHours(2) }));
    }

    [Test]
    public async Task Other_files_in_the_folder_are_not_read()
    {
        await ServeAsync(1);
        await _store.WriteTextAsync(WindowPaths.Window(TestInstance.Model, 1, s_noon).Append("notes.txt"), "mine");
        await _store.WriteTextAsync(WindowPaths.Windows(TestInstance.Model).Append("notes/mine.txt"), "mine");

        var window = (await ReadAsync()).Single();

        Assert.That((window.Predictions, window.Faults.Count), Is.EqualTo((1L, 0)));
    }

    private async Task WriteAsync(string name, string column, int rows)
    {
        var builder = new ProfileBuilder([new RowColumn(column, isText: false)]);
        builder.Add(new RowBatch(builder.Columns, rows) { Count = rows });
        var content = new WindowContent
        {
            Header = new WindowHeader
            {
                Model = TestInstance.Model,
                Version = 1,
                Start = s_noon,
                End = s_noon.AddHours(1),
                Instances = ["other"],
                IsFinal = true,
                Predictions = rows,
            },
            Inputs = builder.ToProfile(),
            Outputs = builder.ToProfile(),
        };
        await _store.WriteBytesAsync(WindowPaths.Window(TestInstance.Model, 1, s_noon).Append(name), WindowFile.Write(content));
    }

    private Task ServeAsync(params double[] ages) => ServeVersionAsync(1, ages);

    private async Task ServeVersionAsync(int version, params double[] ages)
    {
        await using var instance = await TestInstance.StartAsync(_store, _clock, version);
        foreach (var age in ages)
        {
            instance.Observe(age);
        }
    }

    private Task<IReadOnlyList<MonitoringWindow>> ReadAsync() => TestInstance.ReadAsync(_store, _clock);
}
