using MlOps.Registry;

namespace MlOps.Serving;

/// <summary>Tests requests that select a version or an alias, so that several versions predict side by side.</summary>
public sealed class SideVersionTests : ServingFixture
{
    private static async Task<float> AnswerAsync(IModel<Point, Answer> model) => (await model.PredictAsync(new Point { X = 1 })).Output.Y;

    [Test]
    public async Task Two_versions_predict_side_by_side()
    {
        var service = await StartServiceAsync();
        var challenger = await service.RegisterAsync("3");
        await service.Registry.SetAliasAsync("line", "challenger", challenger.Number);

        Assert.That(await AnswerAsync(service.Model), Is.EqualTo(2));
        Assert.That(await AnswerAsync(service.Model.At("challenger")), Is.EqualTo(3));
        Assert.That(await AnswerAsync(service.Model.At("2")), Is.EqualTo(3));
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        Assert.That(service.Model.At("challenger").Status.ReadyVersion, Is.EqualTo(2));
    }

    [Test]
    public async Task A_version_that_does_not_exist_is_named()
    {
        var service = await StartServiceAsync();

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(() => AnswerAsync(service.Model.At("7")));

        Assert.That(exception!.Message, Does.Contain("has no '7'. It has the versions 1 and").And.Not.Contain("MlOps:Models"));
        Assert.Throws<ArgumentException>(() => service.Model.At("no/alias"));
    }

    [Test]
    public async Task The_least_recently_used_version_is_unloaded()
    {
        var service = await StartServiceAsync();
        for (var version = 2; version <= 5; version++)
        {
            await service.RegisterAsync($"{version + 1}");
            Assert.That(await AnswerAsync(service.Model.At($"{version}")), Is.EqualTo(version + 1));
        }

        await service.WaitForDisposalsAsync(live: 3); // the one that the settings name, and two more
        Assert.That(await AnswerAsync(service.Model.At("2")), Is.EqualTo(3));
    }

    [Test]
    public async Task Many_names_do_not_exhaust_memory_and_disposal_unloads_all()
    {
        var service = await StartServiceAsync();
        await service.RegisterAsync("3");
        _ = await AnswerAsync(service.Model.At("2"));
        for (var alias = 0; alias < 200; alias++)
        {
            _ = service.Model.At($"alias-{alias}");
        }

        Assert.That(await AnswerAsync(service.Model.At("2")), Is.EqualTo(3));
        await service.DisposeAsync();

        await service.WaitForDisposalsAsync(live: 0);
        Assert.That(service.Loader.Models.Sum(static model => model.Faults), Is.Zero);
    }

    [Test]
    public async Task A_version_that_does_not_exist_unloads_no_other()
    {
        var service = await StartServiceAsync(static options => options.MaxSideVersions = 1);
        await service.RegisterAsync("3");
        var side = service.Model.At("2");
        _ = await AnswerAsync(side);

        await Assert.ThrowsAsync<ModelNotReadyException>(() => AnswerAsync(service.Model.At("7")));

        Assert.That(side.Status.ReadyVersion, Is.EqualTo(2));
    }

    [Test]
    public async Task A_number_with_zeros_before_it_names_the_same_model()
    {
        var service = await StartServiceAsync();

        Assert.That(service.Model.At("02"), Is.SameAs(service.Model.At("2")));
    }

    [Test]
    public async Task Versions_that_are_named_at_the_same_time_are_not_all_loaded()
    {
        var service = await StartServiceAsync();
        for (var version = 2; version <= 5; version++)
        {
            await service.RegisterAsync($"{version + 1}");
        }

        IModel<Point, Answer>[] sides = [.. Enumerable.Range(2, 4).Select(version => service.Model.At($"{version}"))];
        var answers = await Task.WhenAll(sides.Select(AnswerAsync));
        _ = service.Model.At("5");

        Assert.That(answers, Is.EqualTo([3f, 4f, 5f, 6f]));
        Assert.That(sides.Count(static side => side.Status.ReadyVersion is not null), Is.EqualTo(2));
    }
}
