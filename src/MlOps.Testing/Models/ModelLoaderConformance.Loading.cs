using System.Globalization;
using MlOps.Models;

namespace MlOps.Testing;

public abstract partial class ModelLoaderConformance
{
    [Test]
    public void Format_is_a_name_in_lower_case()
    {
        var format = CreateLoader().Format;

        Assert.That(format, Is.Not.Empty.And.EqualTo(format.ToLowerInvariant()).And.EqualTo(format.Trim()));
    }

    [Test]
    public async Task Signature_lists_inputs_and_outputs()
    {
        using var model = await LoadAsync();

        Assert.That(model.Signature.Inputs.Select(static input => input.Name), Is.Not.Empty.And.Unique.And.All.Not.Empty);
        Assert.That(model.Signature.Outputs.Select(static output => output.Name), Is.SupersetOf(new[] { "label", "probabilities" }).And.Unique);
        Assert.That(model.Signature.Inputs.Where(static input => !input.IsOptional).Select(static input => input.Type), Is.All.EqualTo(FeatureType.Float32));
    }

    [Test]
    public async Task Folder_without_files_is_rejected()
    {
        Directory.Delete(Folder, recursive: true);
        Directory.CreateDirectory(Folder);

        await AssertRejectedAsync();
    }

    [Test]
    public async Task Files_of_random_bytes_are_rejected()
    {
        Rewrite(static bytes =>
        {
            new Random(1).NextBytes(bytes);
            return bytes;
        });

        await AssertRejectedAsync();
    }

    [TestCase(0.0)]
    [TestCase(0.1)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    [TestCase(1.0)]
    public async Task Truncated_files_are_rejected(double part)
    {
        Rewrite(bytes => bytes[..Math.Min((int)(bytes.Length * part), bytes.Length - 1)]);

        await AssertRejectedAsync();
    }

    [TestCase("{\"format\": \"another\", \"weights\": [1, 2, 3]}")]
    [TestCase("sepal_length,sepal_width\n5.1,3.5\n")]
    [TestCase("PK\u0005\u0006\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0")]
    [TestCase("\u0089PNG\r\n\u001a\n")]
    public async Task Files_of_another_format_are_rejected(string content)
    {
        Rewrite(_ => System.Text.Encoding.Latin1.GetBytes(content));

        await AssertRejectedAsync();
    }

    [Test]
    public async Task Damaged_files_cause_no_other_exception()
    {
        const int places = 40;
        for (var place = 0; place < places; place++)
        {
            Directory.Delete(Folder, recursive: true);
            Directory.CreateDirectory(Folder);
            await WriteModelAsync(Folder);
            var at = place;
            Rewrite(bytes =>
            {
                bytes[at * (bytes.Length - 1) / places] ^= 0xFF;
                return bytes;
            });

            try
            {
                using var model = await LoadAsync();
            }
            catch (ModelFormatException)
            {
                // A damaged file that still loads is detected by golden examples, not by the loader.
            }
        }
    }

    [Test]
    public async Task Rejected_files_are_closed()
    {
        Rewrite(static bytes => bytes[..(bytes.Length / 2)]);

        await Assert.ThrowsAsync<ModelFormatException>(LoadAsync);

        AssertNoOpenFiles();
    }

    [Test]
    public async Task Canceled_load_leaves_no_open_files()
    {
        using var cancellation = new CancellationTokenSource();
        await cancellation.CancelAsync();

        await Assert.CatchAsync<OperationCanceledException>(() => CreateLoader().LoadAsync(Source, cancellation.Token));

        AssertNoOpenFiles();
    }

    [Test]
    public async Task Loader_loads_models_concurrently()
    {
        var loader = CreateLoader();
        var row = CreateRows(1)[0];

        var models = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => loader.LoadAsync(Source))));

        var outputs = models.Select(model =>
        {
            using var loaded = model;
            using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
            return PredictOne(predictor, row);
        }).ToArray();
        Assert.That(outputs.Select(static output => output.Label), Is.All.EqualTo(outputs[0].Label));
    }

    [Test]
    public async Task Repeated_disposal_succeeds()
    {
        var model = await LoadAsync();
        var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
        predictor.Predict(CreateRows(1), CreateOutputs(1));

        predictor.Dispose();
        predictor.Dispose();
        model.Dispose();

        Assert.DoesNotThrow(model.Dispose);
    }

    [Test]
    public async Task Disposed_model_has_no_open_files()
    {
        using (var model = await LoadAsync())
        {
            using var predictor = model.CreatePredictor<FourFeatures, LabelAndProbabilities>();
            predictor.Predict(CreateRows(3), CreateOutputs(3));
        }

        AssertNoOpenFiles();
    }

    private void Rewrite(Func<byte[], byte[]> change)
    {
        foreach (var file in Directory.GetFiles(Folder, "*", SearchOption.AllDirectories))
        {
            File.WriteAllBytes(file, change(File.ReadAllBytes(file)));
        }
    }

    private async Task AssertRejectedAsync()
    {
        var exception = await Assert.ThrowsAsync<ModelFormatException>(LoadAsync);

        Assert.That(exception!.Message, Does.Contain(ModelName).And.Contain(Version.ToString(CultureInfo.InvariantCulture)));
        Assert.That(exception.Message, Does.EndWith("."), "The message ends with a sentence that states the remedy.");
    }
}
