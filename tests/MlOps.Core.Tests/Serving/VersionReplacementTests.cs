using MlOps.Models;

namespace MlOps.Serving;

/// <summary>The callers of a version go on sending the same rows to the one that replaces it.</summary>
public sealed class VersionReplacementTests : ServingFixture
{
    private static ModelSignature Taking(params long?[] shape) => new()
    {
        Inputs = [new ModelFeature { Name = "x", Type = FeatureType.Float32, Shape = shape }],
        Outputs = Line.Signature.Outputs,
    };

    [Test]
    public async Task A_version_that_takes_another_number_of_values_in_a_row_does_not_replace_one_that_answers()
    {
        var service = await StartServiceAsync();
        service.Loader.After = static model => model.Signature = Taking(null, 3);

        await service.PromoteAsync("3");
        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("takes 3 values of 'x'").And.Contain("takes 1"));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task A_process_that_starts_serves_such_a_version()
    {
        await StartServiceAsync();
        var service = CreateService();
        service.Loader.After = static model => model.Signature = Taking(null, 3);
        await service.PromoteAsync("3");

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(2));
    }

    [TestCase(new long[] { -1, 1 })]
    [TestCase(new long[] { -1, -1 })]
    public async Task Other_breaks_of_the_signature_are_one_warning(long[] shape)
    {
        var service = await StartServiceAsync();
        service.Loader.After = model => model.Signature = Taking([.. shape.Select(static length => length < 0 ? null : (long?)length)]);

        await service.PromoteAsync("3");
        await service.WaitAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Id.Id == 617).Message, Does.Contain("input 'x'").And.Contain("version 1"));
    }
}
