namespace MlOps.Models;

/// <summary>Tests the inspection of zip archives.</summary>
public sealed class ModelArchiveTests
{
    [TestCase("../evil.txt", "contains '.' or '..'")]
    [TestCase("TransformerChain/../../evil.txt", "contains '.' or '..'")]
    [TestCase("TransformerChain\\..\\..\\evil.txt", "contains '.' or '..'")]
    [TestCase("./Schema", "contains '.' or '..'")]
    [TestCase("/etc/cron.d/evil", "absolute")]
    [TestCase("\\\\server\\share\\evil", "absolute")]
    [TestCase("C:\\Windows\\evil.dll", "drive")]
    [TestCase("Schema:stream", "drive or a stream")]
    [TestCase("evil\n.txt", "control character")]
    public Task Entry_with_an_invalid_name_is_rejected(string name, string fault) => AssertRefused([.. Entries, (name, [1])], fault);

    [TestCase("Schema")]
    [TestCase("schema")]
    [TestCase("TransformerChain\\Model.key")]
    public Task Duplicate_entry_is_rejected(string name) => AssertRefused([.. Entries, (name, [1])], "two entries");

    [Test]
    public Task Folders_deep_enough_to_exhaust_the_stack_are_rejected() =>
        AssertRefused([.. Entries, (string.Concat(Enumerable.Repeat("a/", 101)) + "Model.key", [1])], "100 folders deep");

    [Test]
    public Task Very_long_name_is_rejected() => AssertRefused([.. Entries, (new string('a', 1025), [1])], "longer than 1024");

    [Test]
    public Task More_entries_than_allowed_are_rejected() =>
        AssertRefused(Entries, "MlOps:MLNet:MaxEntries is 3", new MLNetModelOptions { MaxEntries = 3 });

    [Test]
    public Task Bomb_is_rejected() =>
        AssertRefused(
            [.. Entries, ("TransformerChain/bomb", new byte[10 << 20])],
            "exceeds MlOps:MLNet:MaxUncompressedSize",
            new MLNetModelOptions { MaxUncompressedSize = 1 << 20 });

    [Test]
    public async Task Bomb_with_a_false_size_is_limited_to_the_declared_size()
    {
        var zip = ZipBytes.Of([.. Entries, ("TransformerChain/bomb", new byte[10 << 20])]);
        var size = BitConverter.GetBytes(10 << 20);
        for (var at = zip.AsSpan().IndexOf(size); at >= 0; at = zip.AsSpan().IndexOf(size))
        {
            BitConverter.TryWriteBytes(zip.AsSpan(at), 7);
        }

        using var folder = ModelFolder.With(zip);

        using var model = await folder.LoadAsync(new MLNetModelOptions { MaxUncompressedSize = 1 << 20 });

        Assert.That(model.Signature.Outputs, Is.Not.Empty);
    }

    [Test]
    public async Task Model_saved_on_Windows_loads_with_its_backslashes()
    {
        using var folder = ModelFolder.With(ZipBytes.Of([.. Entries.Select(static entry => (entry.Name.Replace('/', '\\'), entry.Content))]));

        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Inputs.Single().Name, Is.EqualTo("features"));
    }

    [Test]
    public async Task Of_several_zips_the_one_named_model_is_loaded()
    {
        using var folder = ModelFolder.With(IrisModel.ToZip());
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "data.zip"), "none");

        using var model = await folder.LoadAsync();

        Assert.That(model.Signature.Outputs, Is.Not.Empty);
    }

    [Test]
    public async Task Several_zips_of_other_names_are_named()
    {
        using var folder = new ModelFolder();
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "b.zip"), IrisModel.ToZip());
        await File.WriteAllBytesAsync(Path.Combine(folder.Path, "a.zip"), IrisModel.ToZip());

        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => folder.LoadAsync());

        Assert.That(refused.Message, Does.Contain("'a.zip', 'b.zip'").And.Contain("model.zip"));
    }

    [Test]
    public async Task Files_without_a_zip_are_named()
    {
        using var folder = new ModelFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "model.onnx"), "");

        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => folder.LoadAsync());

        Assert.That(refused.Message, Does.Contain("'model.onnx'"));
    }

    private static (string Name, byte[] Content)[] Entries => ZipBytes.Read(IrisModel.ToZip());

    private static async Task AssertRefused((string Name, byte[] Content)[] entries, string fault, MLNetModelOptions? options = null)
    {
        using var folder = ModelFolder.With(ZipBytes.Of(entries));

        var refused = await Assert.ThrowsAsync<ModelFormatException>(() => folder.LoadAsync(options));

        Assert.That(refused.Message, Does.Contain(fault).And.EndWith("."));
    }
}
