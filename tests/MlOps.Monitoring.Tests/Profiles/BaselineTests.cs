using MlOps.Datasets;
using MlOps.Storage;

namespace MlOps.Monitoring.Profiles;

public sealed class BaselineTests
{
    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Path.Combine(Path.GetTempPath(), $"baseline-{Guid.NewGuid():N}");

    [TearDown]
    public void DeleteFolder()
    {
        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }
    }

    [Test]
    public async Task Written_baseline_is_read_from_its_folder()
    {
        var baseline = await CreateAsync(calibration: new byte[] { 1, 2, 3 });

        var file = baseline.Write(_folder);
        var read = (await Baseline.ReadFolderAsync(_folder))!;

        Assert.That(Path.GetFileName(file), Is.EqualTo("baseline.profile"));
        Assert.That(DataProfileTests.Describe(read.Inputs), Is.EqualTo(DataProfileTests.Describe(baseline.Inputs)));
        Assert.That(DataProfileTests.Describe(read.Outputs!), Is.EqualTo(DataProfileTests.Describe(baseline.Outputs!)));
        Assert.That(read.Calibration.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3 }));
        Assert.That(read.Warnings, Is.Empty);
    }

    [Test]
    public async Task Folder_without_the_file_has_no_baseline() => Assert.That(await Baseline.ReadFolderAsync(Path.GetTempPath() + "none"), Is.Null);

    [Test]
    public async Task Same_rows_give_the_same_bytes()
    {
        using var one = new MemoryStream();
        using var other = new MemoryStream();

        (await CreateAsync()).Write(one);
        (await CreateAsync()).Write(other);

        Assert.That(one.ToArray(), Is.EqualTo(other.ToArray()));
    }

    [Test]
    public void Rows_without_values_are_an_error() => Assert.That(
        () => Baseline.CreateAsync(RowSource.From(Array.Empty<Input>())), Throws.ArgumentException.With.Message.Contain("no rows"));

    [Test]
    public async Task Damaged_outputs_are_skipped_with_a_warning()
    {
        var baseline = await CreateAsync();
        var content = ToBytes(baseline);
        content[^10] ^= 1;

        var read = Baseline.Read(content);

        Assert.That(read.Outputs, Is.Null);
        Assert.That(read.Inputs.Rows, Is.EqualTo(100L));
        Assert.That(read.Warnings, Is.EqualTo(
            new[] { "The section 'outputs' of the document 'baseline.profile' is damaged: its checksum does not match. Create the baseline again." }));
    }

    [Test]
    public async Task Baseline_that_is_cut_short_is_an_error_or_has_a_warning()
    {
        var content = ToBytes(await CreateAsync());

        for (var length = 0; length < content.Length; length++)
        {
            try
            {
                var read = Baseline.Read(content.AsMemory(0, length));
                Assert.That(read.Outputs, Is.Null);
                Assert.That(read.Warnings, Has.One.Contains("cut short"));
            }
            catch (DocumentFormatException exception)
            {
                Assert.That(exception.Message, Does.Contain("cut short").Or.Contain("not a baseline"));
            }
        }
    }

    [Test]
    public void Baseline_of_a_newer_format_is_named()
    {
        var content = "MLBL"u8.ToArray().Concat(new byte[] { 2, 0 }).ToArray();

        var thrown = Assert.Throws<DocumentFormatException>(() => Baseline.Read(content, ArtifactPath.Parse("models/a/baseline.profile")));

        Assert.That(thrown!.IsFromNewerVersion);
        Assert.That(thrown.Message, Does.Contain("models/a/baseline.profile").And.Contain("its format is 2").And.Contain("Update the library"));
    }

    private static byte[] ToBytes(Baseline baseline)
    {
        using var stream = new MemoryStream();
        baseline.Write(stream);
        return stream.ToArray();
    }

    private static async Task<Baseline> CreateAsync(ReadOnlyMemory<byte> calibration = default)
    {
        var random = new Random(3);
        Input[] rows = [.. Enumerable.Range(0, 100).Select(index => new Input(random.NextDouble(), $"{index % 3}"))];
        var baseline = await Baseline.CreateAsync(RowSource.From(rows), RowSource.From(rows.Select(static row => new { Score = row.X * 2 })));
        return new Baseline { Inputs = baseline.Inputs, Outputs = baseline.Outputs, Calibration = calibration };
    }

    private sealed record Input(double X, string Category);
}
