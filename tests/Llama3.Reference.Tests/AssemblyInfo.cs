using Llama3.Reference.Tests.Course;
[assembly: TestCaseOrderer(ReadingOrder.Type, ReadingOrder.Assembly)]
[assembly: TestCollectionOrderer(ReadingOrder.Type, ReadingOrder.Assembly)]

// One after the other: the order is part of the reading, and the whole course takes seconds.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
