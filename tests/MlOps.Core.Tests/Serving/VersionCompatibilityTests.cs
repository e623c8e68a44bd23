using MlOps.Models;

namespace MlOps.Serving;

/// <summary>Tests that a new version accepts the rows that callers of the previous version continue to send.</summary>
public sealed class VersionCompatibilityTests : ServingFixture
{
    private static ModelSignature Taking(params long?[] shape) => new()
    {
        Inputs = [new ModelFeature { Name = "x", Type = FeatureType.Float32, Shape = shape }],
        Outputs = Line.Signature.Outputs,
    };

    [Test]
    public async Task A_version_with_another_number_of_values_per_row_does_not_replace_the_current_one()
    {
        var service = await StartServiceAsync();
        service.Loader.After = static model => model.Signature = Taking(null, 3);

        await service.PromoteAsync("3");
        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("expects 3 values of 'x'").And.Contain("expects 1"));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task A_new_process_serves_such_a_version()
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
    public async Task Other_breaking_changes_of_the_signature_are_logged_as_one_warning(long[] shape)
    {
        var service = await StartServiceAsync();
        service.Loader.After = model => model.Signature = Taking([.. shape.Select(static length => length < 0 ? null : (long?)length)]);

        await service.PromoteAsync("3");
        await service.WaitAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Id.Id == 617).Message, Does.Contain("input 'x'").And.Contain("version 1"));
    }
}
