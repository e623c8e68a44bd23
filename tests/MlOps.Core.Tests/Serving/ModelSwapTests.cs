using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MlOps.Models;
using MlOps.Registry;
using MlOps.Testing;

namespace MlOps.Serving;

public sealed class ModelSwapTests : ServingFixture
{
    [Test]
    public async Task An_alias_moved_by_another_process_takes_effect_at_the_next_poll()
    {
        var service = await StartServiceAsync();
        await CreateService().PromoteAsync("3");
        Assert.That(service.Model.Predict(new Point { X = 1 }).Version.Number, Is.EqualTo(1));

        await service.PollAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3));
    }

    [Test]
    public async Task Moving_the_alias_back_restores_the_earlier_version()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("3");
        await service.PollAsync(static status => status.ReadyVersion == 2);

        await service.Registry.RollBackAsync("line", "production");
        await service.PollAsync(static status => status.ReadyVersion == 1);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task A_poll_without_changes_is_one_request()
    {
        var service = await StartServiceAsync();
        var before = service.Model.Status.Checked;
        Store.Requests = 0;

        await service.PollAsync(status => status.Checked > before);

        Assert.That(Store.Requests, Is.EqualTo(1));
    }

    [Test]
    public async Task A_reload_checks_immediately()
    {
        var service = await StartServiceAsync(static options => options.PollInterval = TimeSpan.Zero);
        await service.PromoteAsync("3");

        var status = await service.Model.ReloadAsync();

        Assert.That(status.ReadyVersion, Is.EqualTo(2));
    }

    [Test]
    public async Task A_pinned_version_is_served_regardless_of_the_alias()
    {
        var service = CreateService(static options => options.Version = 1);
        await service.PromoteAsync("2");
        await service.PromoteAsync("3");

        await service.StartAsync();

        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_drains_until_its_last_prediction_has_ended_and_is_then_disposed_once()
    {
        var service = await StartServiceAsync();
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        var first = service.Loader.Models[0];
        first.Middle = () =>
        {
            entered.Release();
            release.Wait();
        };
        var running = Task.Run(() => service.Model.Predict(new Point { X = 1 }));
        await entered.WaitAsync();
        await service.PromoteAsync("3");

        await service.Model.ReloadAsync();

        Assert.That(service.ToString(), Is.EqualTo("1 Draining, 2 Ready"));
        Assert.That(first.Disposals, Is.Zero);
        Assert.That(service.Model.Predict(new Point { X = 1 }).Version.Number, Is.EqualTo(2));
        release.Release();
        Assert.That((await running).Version.Number, Is.EqualTo(1));
        await service.WaitAsync(static status => status.Versions.Count == 1);
        Assert.That(first.Disposals, Is.EqualTo(1));
        Assert.That(first.Faults, Is.Zero);
    }

    [Test]
    public async Task A_version_that_does_not_load_changes_nothing_but_the_status()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("broken");

        await service.PollAsync(static status => status.Error is not null);

        Assert.That(service.ToString(), Is.EqualTo("1 Ready, 2 Failed"));
        Assert.That(service.Model.Status.Versions[1].Error, Does.Contain("'broken' is no slope"));
        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Logs.GetSnapshot().Single(static log => log.Id.Id == 601).Message, Does.Contain("Version 2"));
        var health = await service.CheckHealthAsync();
        Assert.That(health.Status, Is.EqualTo(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded));
        Assert.That(health.Entries["mlops-models"].Description, Does.Contain("'line' continues to serve version 1").And.Contain("no slope"));
    }

    [Test]
    public async Task A_failure_stays_visible_while_the_registry_names_the_failed_version()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("broken");
        await service.PollAsync(static status => status.Error is not null);
        var before = service.Model.Status.Checked;

        await service.PollAsync(status => status.Checked > before);

        Assert.That(service.Model.Status.Error, Does.Contain("no slope"));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded));
        await service.Registry.RollBackAsync("line", "production");
        await service.PollAsync(static status => status.Error is null);
        Assert.That(service.ToString(), Is.EqualTo("1 Ready"));
    }

    [Test]
    public async Task A_loader_that_cancels_itself_does_not_end_the_polling()
    {
        var service = await StartServiceAsync();
        service.Loader.Before = static _ => throw new TaskCanceledException("A request of the loader's own timed out.");
        await service.PromoteAsync("3");
        await service.PollAsync(static status => status.Error is not null);
        service.Loader.Before = static _ => Task.CompletedTask;

        await service.PollAsync(static status => status.ReadyVersion == 2);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(3));
    }

    [Test]
    public async Task A_model_whose_second_predictor_cannot_be_made_is_disposed_with_the_first()
    {
        var service = await StartServiceAsync(static options => options.Predictors = 2);
        service.Loader.FailingPredictor = 1;
        await service.PromoteAsync("3");

        await Assert.ThrowsAsync<ModelMappingException>(() => service.Model.ReloadAsync());

        await service.WaitForDisposalsAsync(live: 1);
        Assert.That(service.Loader.Models[1].Faults, Is.Zero);
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_model_whose_schema_does_not_fit_the_settings_is_disposed_and_the_fault_names_version_and_feature()
    {
        var service = CreateService(static options => options.OnInvalidFeature["age"] = Validation.InputPolicy.Warn);
        await service.PromoteAsync("2");

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("version 1 of the model 'line'").And.Contain("OnInvalidFeature:age"));
        await service.WaitForDisposalsAsync(live: 0);
    }

    [Test]
    public async Task A_failed_cleanup_of_the_cache_does_not_undo_a_swap()
    {
        var service = await StartServiceAsync();
        var pointer = Path.Combine(Folder.Path, "cache", "line", "last-served");
        File.Delete(pointer);
        Directory.CreateDirectory(Path.Combine(pointer, "in the way"));
        await service.PromoteAsync("3");

        var status = await service.Model.ReloadAsync();

        Assert.That(status.ReadyVersion, Is.EqualTo(2));
        Assert.That(status.Error, Is.Null);
        Assert.That(service.Logs.GetSnapshot().Any(static log => log.Id.Id == 622), Is.True);
    }

    [Test]
    public async Task A_service_that_is_disposed_while_a_version_loads_unloads_that_too()
    {
        var service = await StartServiceAsync();
        var gate = new TestGate();
        service.Loader.Before = _ => gate.PassAsync(CancellationToken.None);
        await service.PromoteAsync("3");
        var model = service.Model;
        var reload = model.ReloadAsync();
        await gate.Reached;

        await service.DisposeAsync();

        gate.Open();
        Assert.That(async () => await reload, Throws.InstanceOf<OperationCanceledException>());
        await service.WaitForDisposalsAsync(live: 0);
        Assert.Throws<ObjectDisposedException>(() => model.Predict(new Point()));
        Assert.That(service.Loader.Models.Sum(static line => line.Faults), Is.Zero);
    }

    [Test]
    public async Task A_version_that_cannot_load_is_not_retried()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("broken");
        await service.PollAsync(static status => status.Error is not null);
        var loads = service.Loader.Loads;

        for (var poll = 0; poll < 5; poll++)
        {
            var before = service.Model.Status.Checked;
            await service.PollAsync(status => status.Checked > before);
        }

        Assert.That(service.Loader.Loads, Is.EqualTo(loads));
        await Assert.ThrowsAsync<ModelFormatException>(() => service.Model.ReloadAsync());
        Assert.That(service.Loader.Loads, Is.EqualTo(loads + 1));
    }

    [Test]
    public async Task The_next_version_after_a_failure_is_loaded()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("broken");
        await service.PollAsync(static status => status.Error is not null);
        await service.PromoteAsync("4");

        await service.PollAsync(static status => status.ReadyVersion == 3);

        Assert.That(service.ToString(), Does.EndWith("3 Ready").And.Not.Contain("Failed"));
        Assert.That(service.Model.Status.Error, Is.Null);
    }

    [Test]
    public async Task A_logger_that_throws_does_not_end_the_polling()
    {
        var service = CreateService(build: static builder =>
        {
            builder.Services.AddSingleton<ILoggerProvider>(new BrokenLog(typeof(IModel).FullName!));
            builder.AddModel<Point, Answer>("line");
        });
        await service.PromoteAsync("2");
        await service.StartAsync();
        await service.PromoteAsync("broken");
        await service.PollAsync(static status => status.Error is not null);
        await service.PromoteAsync("4");

        await service.PollAsync(static status => status.ReadyVersion == 3);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(4));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task A_transient_failure_is_retried_with_doubling_delays(bool isOfMemory)
    {
        var service = await StartServiceAsync();
        var attempts = 0;
        service.Loader.Before = source => ++attempts >= 4 ? Task.CompletedTask
            : throw (isOfMemory ? new ModelFormatException(source, "It needs more memory than there is.") { IsTransient = true }
                : new IOException("The disk is busy."));
        await service.PromoteAsync("3");

        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await service.PollAsync(status =>
                Volatile.Read(ref attempts) == attempt && status.Versions.All(static version => version.State != ServedVersionState.Loading));
        }

        await service.WaitAsync(static status => status.ReadyVersion == 2);
        Assert.That(service.Model.Status.Error, Is.Null);
    }

    [Test]
    public void Retry_delays_grow_up_to_five_minutes()
    {
        var version = new ModelVersion
        {
            Model = "line",
            Number = 1,
            Format = "line",
            Actor = "ada",
            Manifest = default,
            FileCount = 0,
            ExampleCount = 0,
            Size = 0
        };
        var delays = new List<double>();
        LoadFailure? failure = null;
        for (var attempt = 0; attempt < 12; attempt++)
        {
            failure = LoadFailure.After(failure, version, new IOException("The disk is busy."), DateTimeOffset.UnixEpoch);
            delays.Add((failure.RetryAt!.Value - DateTimeOffset.UnixEpoch).TotalSeconds);
        }

        Assert.That(delays, Is.EqualTo([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]));
    }

    [Test]
    public async Task A_version_that_fails_its_golden_example_is_not_served()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("3", "line", Service.Example(2, 6), Service.Example(2, 6.001f));

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("golden example 2 of 2").And.Contain("the output 'y' is 6 at position 0").And.Contain("6.001"));
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
        await service.WaitForDisposalsAsync(live: 1);
    }

    [Test]
    public async Task Damaged_content_is_never_loaded()
    {
        var service = await StartServiceAsync();
        var version = await service.PromoteAsync("3");
        var digest = (await service.Registry.OpenAsync(version)).Files.Single().Sha256;
        await MlOps.Storage.ArtifactStoreExtensions.WriteTextAsync(Store, Content.ContentStore.PathOf(digest), "9");
        var loads = service.Loader.Loads;

        var exception = await Assert.ThrowsAsync<MlOps.Storage.ArtifactIntegrityException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.Contain("version 2 of the model 'line'"));
        Assert.That(service.Loader.Loads, Is.EqualTo(loads));
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task A_version_deleted_while_it_is_served_remains_in_service()
    {
        var service = await StartServiceAsync();
        await service.Registry.RemoveAliasAsync("line", "production");
        await service.Registry.DeleteVersionAsync("line", 1, reason: "mistake");

        await service.PollAsync(static status => status.Error is not null);

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That(service.Model.Status.Error, Does.Contain("'production'"));
    }

    [Test]
    public async Task A_version_deleted_while_it_is_being_loaded_is_a_failure_that_names_it()
    {
        var service = await StartServiceAsync(static options => options.PollInterval = TimeSpan.Zero); // nothing loads it before it is deleted
        var version = await service.PromoteAsync("3");
        await Store.DeleteAsync(Content.ContentStore.PathOf(version.Manifest));

        await Assert.ThrowsAsync<MlOps.Storage.ArtifactNotFoundException>(() => service.Model.ReloadAsync());

        Assert.That(service.ToString(), Is.EqualTo("1 Ready, 2 Failed"));
    }

    [Test]
    public async Task A_lost_store_is_reported_once_and_the_version_remains()
    {
        var service = await StartServiceAsync();
        Store.IsUnplugged = true;

        await service.PollAsync(static status => status.Error is not null);
        for (var poll = 0; poll < 3; poll++)
        {
            Store.Requests = 0;
            await service.PollAsync(_ => Store.Requests > 0);
        }

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Degraded));
        Assert.That(service.Logs.GetSnapshot().Count(static log => log.Id.Id == 602), Is.EqualTo(1));
        Store.IsUnplugged = false;
        await service.PollAsync(static status => status.Error is null);
        Assert.That((await service.CheckHealthAsync()).Status, Is.EqualTo(Microsoft.Extensions.Diagnostics.HealthChecks.HealthStatus.Healthy));
    }

    [Test]
    public async Task A_load_that_times_out_is_abandoned_and_disposed_later()
    {
        var service = await StartServiceAsync();
        var gate = new TestGate();
        service.Loader.Before = _ => gate.PassAsync(CancellationToken.None);
        await service.PromoteAsync("3");
        var reload = service.Model.ReloadAsync();
        await gate.Reached;

        service.Clock.Advance(TimeSpan.FromMinutes(5));

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => reload);
        Assert.That(exception!.Message, Does.Contain("Version 2 of the model 'line'").And.Contain("MlOps:Models:line:LoadTimeout"));
        var again = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());
        Assert.That(again!.Message, Does.Contain("that load is still running"));
        Assert.That(service.Loader.Loads, Is.EqualTo(2), "A load that does not end is not joined by another.");
        gate.Open();
        await service.WaitAsync(_ => service.Loader.Models.Count == 2 && service.Loader.Models[1].Disposals == 1);
        Assert.That(service.Model.Status.ReadyVersion, Is.EqualTo(1));
    }

    [Test]
    public async Task Types_that_do_not_fit_are_a_failure_at_load()
    {
        var service = CreateService(build: static builder =>
            Microsoft.Extensions.DependencyInjection.ModelBuilderExtensions.AddModel<Answer, Point>(builder, "line"));
        await service.PromoteAsync("2");

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.InnerException, Is.TypeOf<ModelMappingException>());
        await service.WaitForDisposalsAsync(live: 0);
        Assert.That(service.Loader.Models.Single().Faults, Is.Zero);
    }

    [Test]
    public async Task The_error_for_an_unsupported_format_lists_the_supported_formats()
    {
        var service = CreateService(settings: ("Registry:Formats:0", "pickle"));
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(Path.Combine(folder.Path, "model.pkl"), "pickle");
        await service.Registry.RegisterAsync("line", new ModelRegistration { Format = "pickle", Files = [folder.Path] });
        await service.Registry.SetAliasAsync("line", "production", 1);

        var exception = await Assert.ThrowsAsync<ModelNotReadyException>(service.StartAsync);

        Assert.That(exception!.Message, Does.Contain("'pickle'").And.Contain("'line'").And.Contain("AddOnnxModels()"));
    }

    [Test]
    public async Task Only_the_last_two_versions_stay_in_the_local_cache()
    {
        var service = await StartServiceAsync();
        for (var slope = 3; slope < 6; slope++)
        {
            await service.PromoteAsync($"{slope}");
            await service.Model.ReloadAsync();
        }

        var kept = Directory.EnumerateDirectories(Path.Combine(Folder.Path, "cache", "line")).Select(static path => Path.GetFileName(path).Split('-')[0]);

        Assert.That(kept, Is.EquivalentTo(["3", "4"]));
        await CreateService().StartAsync();
        Assert.That(kept, Is.EquivalentTo(["3", "4"]), "Rolling back needs no download after a restart either.");
    }

    [Test]
    public async Task The_files_of_a_version_stay_until_its_last_prediction_has_ended()
    {
        var service = await StartServiceAsync();
        using var entered = new SemaphoreSlim(0);
        using var release = new SemaphoreSlim(0);
        service.Loader.Models[0].Middle = () =>
        {
            entered.Release();
            release.Wait();
        };
        var running = Task.Run(() => service.Model.Predict(new Point { X = 1 }));
        await entered.WaitAsync();

        foreach (var slope in new[] { "3", "4", "5" })
        {
            await service.PromoteAsync(slope);
            await service.Model.ReloadAsync();
        }

        var kept = Directory.EnumerateDirectories(Path.Combine(Folder.Path, "cache", "line")).Select(static path => Path.GetFileName(path).Split('-')[0]);
        Assert.That(kept, Is.EquivalentTo(["1", "3", "4"]));
        release.Release();
        Assert.That(await File.ReadAllTextAsync((await running).Version.GetPath("slope.txt")), Is.EqualTo("2"));
        await service.WaitAsync(static status => status.Versions.Count == 1);
        await service.PromoteAsync("6");
        await service.Model.ReloadAsync();
        Assert.That(kept, Is.EquivalentTo(["4", "5"]));
    }

    [Test]
    public async Task A_permanent_runtime_failure_is_not_a_store_failure_and_is_not_retried()
    {
        var first = await StartServiceAsync();
        await first.PromoteAsync("3");
        var service = CreateService(static options => options.Start = ModelStartMode.Optional);
        service.Loader.Before = static _ => throw new ProviderException("Line", "run", isTransient: false, "The graph divides by zero. Export it again.");

        await service.StartAsync();
        for (var poll = 0; poll < 3; poll++)
        {
            var before = service.Model.Status.Checked;
            await service.PollAsync(status => status.Checked > before);
        }

        Assert.That((service.Loader.Loads, service.Model.Status.IsFromCache), Is.EqualTo((1, false)));
        Assert.That(service.Model.Status.Error, Does.Contain("Version 2 of the model 'line' cannot be loaded. The graph divides by zero."));
    }

    [Test]
    public async Task Files_of_a_version_come_from_the_content_cache_where_there_is_one()
    {
        (string, string)[] settings = [("Content:Cache:Folder", Path.Combine(Folder.Path, "content"))];
        var first = CreateService(settings: settings);
        var version = await first.PromoteAsync("2");
        await first.StartAsync();
        var file = (await first.Registry.OpenAsync(version)).Files.Single();
        await Store.DeleteAsync(Content.ContentStore.PathOf(file.Sha256));
        Directory.Delete(Path.Combine(Folder.Path, "cache"), recursive: true);

        var second = CreateService(settings: settings);
        await second.StartAsync();

        Assert.That(second.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [Test]
    public async Task The_cache_has_the_layout_of_earlier_releases()
    {
        await StartServiceAsync();
        var cache = Path.Combine(Folder.Path, "cache", "line");
        var version = Directory.GetDirectories(cache).Single();
        var entries = Directory.GetFileSystemEntries(cache, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(cache, path).Replace('\\', '/'));
        var name = Path.GetFileName(version);

        Assert.That(name, Does.Match("^1-[0-9a-f]{16}$"));
        Assert.That(entries, Is.EquivalentTo([name, $"{name}/files", $"{name}/files/slope.txt", $"{name}/version.json", "last-served"]));
        Assert.That((await File.ReadAllLinesAsync(Path.Combine(cache, "last-served")))[..3], Is.EqualTo([name, "line@production", ""]));
        Store.IsUnplugged = true;
        var second = CreateService(static options => options.Start = ModelStartMode.Optional);
        await second.StartAsync();
        Assert.That((second.Model.Status.IsFromCache, second.Loader.Loads), Is.EqualTo((true, 1)));
    }

    [Test]
    public async Task Other_files_in_the_cache_folder_are_not_deleted()
    {
        var other = Directory.CreateDirectory(Path.Combine(Folder.Path, "cache", "line", "important")).FullName;
        var service = await StartServiceAsync();
        await service.PromoteAsync("3");

        await service.Model.ReloadAsync();

        Assert.That(other, Does.Exist);
    }

    [Test]
    public async Task User_folders_with_similar_names_are_not_deleted()
    {
        var cache = Path.Combine(Folder.Path, "cache", "line");
        string[] others = [
            .. new[] { "1-0123456789abcdef", "12-fedcba9876543210x", ".partial-mine" }.Select(name => Directory.CreateDirectory(Path.Combine(cache, name))
            .FullName)];
        var elsewhere = Directory.CreateDirectory(Path.Combine(Folder.Path, "elsewhere")).FullName;
        string[] links = [Path.Combine(cache, "2-0123456789abcdef"), Path.Combine(cache, $".partial-{Guid.NewGuid():N}")];
        foreach (var link in links)
        {
            Directory.CreateSymbolicLink(link, elsewhere);
        }

        foreach (var folder in others.Append(elsewhere))
        {
            await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine");
            Directory.SetLastWriteTimeUtc(folder, DateTime.UnixEpoch);
        }

        var service = await StartServiceAsync();
        await service.PromoteAsync("3");
        await service.Model.ReloadAsync();

        Assert.That(others.Append(elsewhere).Select(static folder => Path.Combine(folder, "notes.txt")), Is.All.Exist);
        Assert.That(links, Is.All.Exist);
    }

    [Test]
    public async Task Versions_behind_a_link_are_not_deleted_and_a_warning_names_the_link()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(Folder.Path, "elsewhere")).FullName;
        Directory.CreateDirectory(Path.Combine(Folder.Path, "cache"));
        var link = Path.Combine(Folder.Path, "cache", "line");
        Directory.CreateSymbolicLink(link, elsewhere);
        var old = Directory.CreateDirectory(Path.Combine(elsewhere, "1-0123456789abcdef")).FullName;
        await File.WriteAllTextAsync(Path.Combine(old, "version.json"), "mine");

        var service = await StartServiceAsync();

        Assert.That(old, Does.Exist);
        Assert.That(service.Logs.GetSnapshot().Select(static record => record.Message), Has.Some.Contains(link).And.Some.Contains("symbolic link"));
    }

    [Test]
    public async Task The_cache_is_private_to_the_user()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("Windows has no such modes.");
            return;
        }

        await StartServiceAsync();

        foreach (var folder in new[] { Path.Combine(Folder.Path, "cache"), Path.Combine(Folder.Path, "cache", "line") })
        {
            Assert.That(File.GetUnixFileMode(folder), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute), folder);
        }
    }

    [Test]
    public async Task Partial_folders_of_dead_processes_are_deleted_and_those_of_live_ones_are_not()
    {
        var cache = Path.Combine(Folder.Path, "cache", "line");
        var dead = Directory.CreateDirectory(Path.Combine(cache, $".partial-{Guid.NewGuid():N}", "files")).Parent!.FullName;
        var alive = Directory.CreateDirectory(Path.Combine(cache, $".partial-{Guid.NewGuid():N}")).FullName;
        await File.WriteAllTextAsync($"{dead}.lock", "");
        await using var held = new FileStream($"{alive}.lock", FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None);

        await StartServiceAsync();

        Assert.That(dead, Does.Not.Exist);
        Assert.That($"{dead}.lock", Does.Not.Exist);
        Assert.That(alive, Does.Exist);
    }

    [Test]
    public async Task A_file_damaged_in_the_local_cache_is_fetched_again()
    {
        var service = await StartServiceAsync();
        await service.PromoteAsync("3");
        await service.Model.ReloadAsync();
        var file = Directory.GetFiles(Path.Combine(Folder.Path, "cache", "line"), "slope.txt", SearchOption.AllDirectories)
            .Single(static file => File.ReadAllText(file) == "2");
        await File.WriteAllTextAsync(file, "7");

        await service.Registry.RollBackAsync("line", "production");
        await service.Model.ReloadAsync();

        Assert.That(service.Model.Predict(new Point { X = 1 }).Output.Y, Is.EqualTo(2));
    }

    [TestCase(false, "Version 2 of the model 'line' cannot be fetched or loaded: IOException: The disk is busy. Correct")]
    [TestCase(true, "Version 2 of the model 'line' fails golden example 1 of 1: IOException: The disk is busy.")]
    public async Task A_failure_whose_message_does_not_name_the_version_is_reported_with_it(bool isOfExample, string message)
    {
        var service = await StartServiceAsync();
        Exception Busy() => new IOException("The disk is busy.");
        service.Loader.Before = _ => isOfExample ? Task.CompletedTask : throw Busy();
        service.Loader.After = model => model.MiddleOfTensors = () => throw Busy();
        await service.PromoteAsync("3", "line", Service.Example(2, 6));

        var exception = await Assert.ThrowsAsync<ModelCheckException>(() => service.Model.ReloadAsync());

        Assert.That(exception!.Message, Does.StartWith(message));
        Assert.That(service.Model.Status.Error, Is.EqualTo(exception.Message));
        Assert.That((await service.CheckHealthAsync()).Entries["mlops-models"].Description, Does.Contain(message));
    }
}
