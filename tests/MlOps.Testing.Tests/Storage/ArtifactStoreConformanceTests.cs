using System.Reflection;
using MlOps.Storage;
using NUnit.Framework.Internal;

namespace MlOps.Testing.Tests.Storage;

/// <summary>The fixture bites: a store that breaks one rule fails the tests that state it, which a correct store passes.</summary>
public sealed class ArtifactStoreConformanceTests
{
    private static readonly object[] s_breaches =
    [
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.If_absent_throws_exists_and_keeps_the_existing_artifact)),
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.Exactly_one_of_many_writers_if_absent_wins)),
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.If_match_throws_conflict_after_another_write_and_keeps_it), false),
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.If_match_throws_conflict_for_a_missing_artifact_and_writes_nothing)),
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.If_match_throws_conflict_after_a_delete)),
        Breach<IgnoresConditions>(nameof(ArtifactStoreConformance.If_match_detects_a_reverted_change_if_each_version_has_a_nonce)),
        Breach<ChecksBeforeItWrites>(nameof(ArtifactStoreConformance.Exactly_one_of_many_writers_if_absent_wins)),
        Breach<ChecksBeforeItWrites>(nameof(ArtifactStoreConformance.Exactly_one_of_many_writers_if_match_wins)),
        Breach<AlwaysConflicts>(nameof(ArtifactStoreConformance.Counting_by_if_match_loses_no_update)),
        Breach<StoresWhatItGotBeforeAFailure>(nameof(ArtifactStoreConformance.Exception_of_the_content_reaches_the_caller_unchanged), false),
        Breach<StoresWhatItGotBeforeAFailure>(nameof(ArtifactStoreConformance.Failing_content_keeps_the_earlier_artifact), true),
        Breach<StoresWhatItGotBeforeAFailure>(nameof(ArtifactStoreConformance.Canceling_a_write_is_prompt_and_leaves_nothing), true),
        Breach<StoresWhatItGotBeforeAFailure>(nameof(ArtifactStoreConformance.Failing_content_leaves_the_path_free_for_a_write_if_absent)),
        Breach<ShowsContentBeforeItsEnd>(nameof(ArtifactStoreConformance.Write_shows_nothing_before_its_content_has_ended)),
        Breach<ShowsContentBeforeItsEnd>(nameof(ArtifactStoreConformance.Write_shows_the_earlier_artifact_until_its_content_has_ended)),
        Breach<ChecksTheDigestAfterStoring>(nameof(ArtifactStoreConformance.Wrong_expected_digest_stores_nothing), true, false),
        Breach<ChecksTheDigestAfterStoring>(nameof(ArtifactStoreConformance.Wrong_expected_digest_keeps_the_earlier_artifact)),
        Breach<ChecksTheDigestAfterStoring>(nameof(ArtifactStoreConformance.Content_type_is_kept_with_one_space_between_parameters), "text/csv", "text/csv"),
        Breach<WrapsTheContentsException>(nameof(ArtifactStoreConformance.Exception_of_the_content_reaches_the_caller_unchanged), false),
        Breach<WrapsTheContentsException>(nameof(ArtifactStoreConformance.Io_exception_of_the_content_is_not_converted_to_a_provider_exception)),
        Breach<DisposesTheContent>(nameof(ArtifactStoreConformance.Write_leaves_the_callers_stream_open), 100),
        Breach<RewindsTheContent>(nameof(ArtifactStoreConformance.Write_begins_at_the_streams_position)),
        Breach<ReadsTheContentSynchronously>(nameof(ArtifactStoreConformance.Write_accepts_a_stream_that_cannot_seek_and_has_no_length), 1),
        Breach<TakesAShortReadForTheEnd>(nameof(ArtifactStoreConformance.Write_accepts_a_stream_that_returns_few_bytes_at_a_time)),
        Breach<TakesAShortReadForTheEnd>(nameof(ArtifactStoreConformance.Large_content_in_pieces_of_different_sizes_is_returned)),
        Breach<IgnoresCancellation>(nameof(ArtifactStoreConformance.Call_with_a_canceled_token_is_canceled_and_does_nothing), "write"),
        Breach<IgnoresCancellation>(nameof(ArtifactStoreConformance.Canceling_a_listing_ends_it)),
        Breach<ReadsOnWhenCancelled>(nameof(ArtifactStoreConformance.Canceling_a_read_of_the_content_is_prompt)),
        Breach<BuffersWhatItWrites>(nameof(ArtifactStoreConformance.Memory_of_a_large_unseekable_write_is_bounded)),
        Breach<BuffersWhatItWritesIfAbsent>(nameof(ArtifactStoreConformance.Memory_of_a_large_unseekable_write_if_absent_is_bounded)),
        Breach<BuffersContentThatCanSeek>(nameof(ArtifactStoreConformance.Memory_of_a_large_write_is_bounded)),
        Breach<BuffersWhatItReads>(nameof(ArtifactStoreConformance.Memory_of_a_large_read_is_bounded)),
        Breach<DropsMetadataItCannotEncode>(nameof(ArtifactStoreConformance.Metadata_is_returned_exactly)),
        Breach<RefusesRangesPastTheEnd>(nameof(ArtifactStoreConformance.Range_is_clipped_to_the_artifact), 10L, 5L, ""),
        Breach<RefusesRangesPastTheEnd>(nameof(ArtifactStoreConformance.Range_of_empty_content_is_empty), 0L, null),
        Breach<IgnoresIfNoneMatch>(nameof(ArtifactStoreConformance.Read_if_none_match_returns_null_for_the_current_tag)),
        Breach<MixesVersions>(nameof(ArtifactStoreConformance.Content_overwritten_during_a_read_is_the_opened_version_or_a_conflict)),
        Breach<DeliversWhatItCannotVerify>(nameof(ArtifactStoreConformance.Write_returns_the_same_size_digest_and_tag_as_find)),
        Breach<ComparesPathsWithoutCase>(nameof(ArtifactStoreConformance.Paths_that_differ_are_two_artifacts), "model", "Model"),
        Breach<UnescapesPaths>(nameof(ArtifactStoreConformance.Paths_that_differ_are_two_artifacts), "a b", "a%20b"),
        Breach<ThrowsOnDeleteOfWhatIsAbsent>(nameof(ArtifactStoreConformance.Delete_of_a_missing_path_succeeds)),
        Breach<DeletesFolders>(nameof(ArtifactStoreConformance.Delete_removes_no_artifact_below_or_beside_the_path)),
        Breach<OffersItselfAsEveryService>(nameof(ArtifactStoreConformance.Get_service_of_an_unknown_type_is_null)),
        Breach<ListsInReverse>(nameof(ArtifactStoreConformance.List_is_in_the_order_of_utf8_bytes)),
        Breach<ListsFolderByFolder>(nameof(ArtifactStoreConformance.List_is_in_the_order_of_utf8_bytes)),
        Breach<ListsInUtf16Order>(nameof(ArtifactStoreConformance.List_puts_characters_beyond_ffff_after_all_others)),
        Breach<ListsTheFirstPageOnly>(nameof(ArtifactStoreConformance.List_of_many_artifacts_is_complete_ordered_and_can_be_stopped)),
        Breach<ListsSiblingsOfThePrefix>(nameof(ArtifactStoreConformance.List_of_a_prefix_returns_all_artifacts_below_it_and_no_others)),
        Breach<ListsThePrefixItself>(nameof(ArtifactStoreConformance.List_shows_an_artifact_and_a_folder_of_the_same_name)),
        Breach<ListsWhatItShouldStartAfter>(nameof(ArtifactStoreConformance.List_can_start_after_any_existing_path)),
    ];

    [TestCaseSource(nameof(s_breaches))]
    public async Task Violation_of_the_contract_fails_its_test(Type store, string test, object?[] arguments)
    {
        Assert.That(await RunAsync(typeof(Fixture<>).MakeGenericType(store), test, arguments), Is.Not.Null, $"{store.Name} fails");
        var correct = typeof(DiskStore).IsAssignableFrom(store) ? typeof(Fixture<DiskStore>) : typeof(Fixture<CorrectStore>);
        Assert.That(await RunAsync(correct, test, arguments), Is.Null, "a correct store passes");
    }

    /// <summary>A loop that went on would run into the next test's store.</summary>
    [TestCase(nameof(ArtifactStoreConformance.List_returns_all_unchanged_artifacts_while_others_are_written_and_deleted))]
    [TestCase(nameof(ArtifactStoreConformance.Readers_receive_only_complete_versions_while_an_artifact_is_overwritten))]
    [TestCase(nameof(ArtifactStoreConformance.Find_never_misses_an_artifact_that_is_being_overwritten))]
    public async Task Failed_test_does_not_call_its_store_again(string test)
    {
        Assert.That(await RunAsync(typeof(Fixture<BreaksDown>), test, []), Is.TypeOf<IOException>());
        var calls = BreaksDown.Calls;

        await RunAsync(typeof(Fixture<CorrectStore>), test, []);

        Assert.That(BreaksDown.Calls, Is.EqualTo(calls));
    }

    private static TestCaseData Breach<TStore>(string test, params object?[] arguments)
        where TStore : IArtifactStore =>
        new TestCaseData(typeof(TStore), test, arguments).SetArgDisplayNames(typeof(TStore).Name, test, string.Join(',', arguments));

    /// <summary>Runs one test of a fixture apart from the running one, whose result its failures would otherwise become.</summary>
    private static async Task<Exception?> RunAsync(Type type, string test, object?[] arguments)
    {
        using var apart = new TestExecutionContext.IsolatedContext();
        var fixture = (ArtifactStoreConformance)Activator.CreateInstance(type)!;
        try
        {
            await fixture.CreateStore();
            if (type.GetMethod(test)!.Invoke(fixture, arguments) is Task running)
            {
                await running;
            }

            return null;
        }
        catch (TargetInvocationException exception)
        {
            return exception.InnerException;
        }
        catch (Exception exception)
        {
            return exception;
        }
        finally
        {
            await fixture.DisposeStore();
        }
    }

    private sealed class CorrectStore : DelegatingStore;

    /// <summary>Generic, so that the runner does not take it for a fixture of its own.</summary>
    private sealed class Fixture<TStore> : ArtifactStoreConformance
        where TStore : IArtifactStore, new()
    {
        /// <summary>Enough for the buffers of the store on disk, and soon done.</summary>
        protected override int? MaxMemory => 16 << 20;

        protected override Task<IArtifactStore> CreateStoreAsync() => Task.FromResult<IArtifactStore>(new TStore());
    }
}
