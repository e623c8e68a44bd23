using System.Text.Json;
using MlOps.Registry;

namespace MlOps.Records;

public sealed class RecordEventTests
{
    [Test]
    public void An_event_serializes_with_its_number_time_actor_and_data()
    {
        RecordEvent[] history = [CreateEvent("Zürich")];

        using var json = JsonDocument.Parse(JsonSerializer.Serialize(history, JsonSerializerOptions.Web));

        var item = json.RootElement[0];
        Assert.That(
            (item.GetProperty("sequence").GetInt64(), item.GetProperty("time").GetDateTimeOffset(), item.GetProperty("actor").GetString()),
            Is.EqualTo((3L, DateTimeOffset.UnixEpoch, "ada")));
        Assert.That((item.GetProperty("kind").GetString(), item.GetProperty("reason").GetString()), Is.EqualTo(("aliasSet", "Zürich")));
        Assert.That(item.GetProperty("data").GetProperty("alias").GetString(), Is.EqualTo("production"));
    }

    [Test]
    public void The_text_of_an_event_is_readable_and_short()
    {
        Assert.That(
            CreateEvent("Zürich").ToString(),
            Is.EqualTo("""#3 1970-01-01 00:00:00Z ada: {"kind":"aliasSet","version":2,"alias":"production","reason":"Zürich"}"""));
        Assert.That(CreateEvent(new string('x', 50_000)).ToString(), Has.Length.LessThan(1_100).And.EndsWith("…"));
    }

    [Test]
    public void Threads_read_the_data_of_an_event_at_the_same_time()
    {
        var kinds = new HashSet<string>();
        for (var round = 0; round < 2_000; round++)
        {
            var recorded = CreateEvent("x");
            Parallel.Invoke(() => Read(recorded), () => Read(recorded));
        }

        Assert.That(kinds, Is.EqualTo(["aliasSet"]));

        void Read(RecordEvent recorded)
        {
            var kind = recorded.Kind;
            lock (kinds)
            {
                kinds.Add(kind);
            }
        }
    }

    private static ModelEvent CreateEvent(string reason) => new()
    {
        Kind = ModelEventKind.AliasSet,
        Alias = "production",
        Version = 2,
        Reason = reason,
        Sequence = 3,
        Time = DateTimeOffset.UnixEpoch,
        Actor = "ada",
    };
}
